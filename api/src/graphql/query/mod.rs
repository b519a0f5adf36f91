//! What can be read. Every root may be `null`, so that one which is refused takes no other with it.

mod assessment;
mod cases;
mod circulars;
mod desk;
mod duty;
mod patrols;
mod people;
mod records;
mod reports;
mod residents;
mod rules;
mod supervision;

use async_graphql::{MergedObject, SimpleObject};

use super::readers;

/// What can be read.
#[derive(Debug, Default, MergedObject)]
pub struct Query(
    rules::RuleQueries,
    reports::ReportQueries,
    cases::CaseQueries,
    people::PeopleQueries,
    patrols::PatrolQueries,
    assessment::AssessmentQueries,
    supervision::SupervisionQueries,
    residents::ResidentQueries,
    circulars::CircularQueries,
    records::RecordQueries,
    duty::DutyQueries,
    desk::DeskQueries,
);

/// Whether there is more behind a page, and what to ask for it with.
#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::ANYBODY")]
pub struct PageInfo {
    pub has_next_page: bool,
    /// The `after` of the next page.
    pub end_cursor: Option<String>,
}

impl PageInfo {
    /// A page with the cursor of the next one.
    fn before(next: Option<String>) -> Self {
        Self { has_next_page: next.is_some(), end_cursor: next }
    }
}
