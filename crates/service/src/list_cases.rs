//! The cases a member of staff may see.

use jiekou_core::case::State;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::Level;
use jiekou_store::cases::inbox::{self, Filter, InboxLine};
use tracing::instrument;

use crate::{App, ServiceError, Staff};

/// Cases on one page.
const PAGE: i64 = 50;

/// One page of cases, newest first, and the cursor of the next.
#[derive(Debug, Clone)]
pub struct CasePage {
    pub cases: Vec<InboxLine>,
    pub next: Option<i64>,
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    pub center: Option<&'a str>,
    pub state: Option<&'a str>,
    /// Cases that may be the same as an older one and wait for a decision.
    pub possibly_same: bool,
    /// Cases at a place where the problem comes back again and again.
    pub hot_spot: bool,
    /// [`CasePage::next`] of the page before.
    pub cursor: Option<i64>,
}

/// Lists the cases in the caller's areas that are wanted.
///
/// # Errors
/// An unknown state; storage. A center outside the caller's areas lists nothing.
#[instrument(level = "debug", name = "list_cases", skip_all)]
pub async fn list_cases(app: &App, staff: &Staff, wanted: Wanted<'_>) -> Result<CasePage, ServiceError> {
    let Wanted { center, state, possibly_same, hot_spot, cursor } = wanted;
    if let Some(state) = state
        && State::from_name(state).is_none()
    {
        return Err(ServiceError::field(FieldError::new("/state", FieldCode::Unknown, "没有这个状态")));
    }
    if let Some(center) = center
        && app.rules().center(center).is_none()
    {
        return Err(ServiceError::field(FieldError::new("/center", FieldCode::Unknown, "没有这个中心")));
    }
    let of = |is_meant: fn(Level) -> bool| -> Vec<String> {
        staff.grants.iter().filter(|grant| is_meant(grant.level)).map(|grant| grant.area.clone()).collect()
    };
    let filter = Filter {
        areas: of(|level| matches!(level, Level::City | Level::District | Level::Town)),
        segments: of(|level| matches!(level, Level::Community | Level::Segment | Level::Grid)),
        center,
        state,
        possibly_same,
        hot_spot,
        before: cursor,
        limit: PAGE + 1,
    };
    let mut cases = inbox::list(&app.pool, &filter).await?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = cases.len() > page;
    cases.truncate(page);
    let next = cases.last().filter(|_| more).map(|line| line.case_id);
    Ok(CasePage { cases, next })
}
