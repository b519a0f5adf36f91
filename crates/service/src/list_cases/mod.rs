//! The cases a member of staff may see: inboxes of centers, units, people on the street and leaders.

mod wanted;

use chrono::{DateTime, Utc};
use jiekou_core::case::State;
use jiekou_store::cases::inbox::{self, Asker, Filter, InboxLine, Listed, Sort};
use tracing::instrument;
use uuid::Uuid;

use crate::stand_in::{absent, acting};
use crate::{App, ServiceError, Staff};
pub use wanted::RawWanted;
use wanted::{Wanted, cursor};

/// Cases on one page when it is not said, and at most.
const PAGE: usize = 50;
pub const LONGEST_PAGE: usize = 100;

/// One page of cases, and the cursor of the next.
#[derive(Debug, Clone)]
pub struct CasePage {
    pub cases: Vec<InboxLine>,
    pub next: Option<String>,
    sort: Sort,
}

impl CasePage {
    /// The cursor of what comes behind a line of this page.
    pub fn cursor(&self, line: &InboxLine) -> String {
        cursor(self.sort, line.position())
    }
}

/// Lists those of the cases that reach the caller which are wanted. What is listed can be viewed, and what can be viewed
/// is listed.
///
/// # Errors
/// Everything in `raw` that nobody understands, at once; storage. A center or segment outside the caller's areas lists
/// nothing.
#[instrument(level = "debug", name = "list_cases", skip_all)]
pub async fn list_cases(
    app: &App,
    staff: &Staff,
    raw: &RawWanted,
    now: DateTime<Utc>,
) -> Result<CasePage, ServiceError> {
    let wanted = Wanted::parse(raw, staff.staff_id, &app.rules()).map_err(ServiceError::Invalid)?;
    let own = read(app, staff, &[], &wanted, now).await?;
    // Most people stand in for nobody, which their page says.
    let absent = if own.stands_in == Some(false) { Vec::new() } else { absent(app, staff, now).await? };
    let mut cases = if absent.is_empty() {
        own.lines
    } else {
        let away: Vec<Uuid> = absent.iter().map(|it| it.staff_id).collect();
        read(app, &acting(staff, &absent), &away, &wanted, now).await?.lines
    };
    let more = cases.len() > wanted.count;
    cases.truncate(wanted.count);
    let next = cases.last().filter(|_| more).map(|line| cursor(wanted.sort, line.position()));
    Ok(CasePage { cases, next, sort: wanted.sort })
}

async fn read(
    app: &App,
    staff: &Staff,
    stands_in_for: &[Uuid],
    wanted: &Wanted<'_>,
    now: DateTime<Utc>,
) -> Result<Listed, ServiceError> {
    let filter = Filter {
        asker: Asker { staff_id: staff.staff_id, now },
        grants: &staff.grants,
        scope: wanted.scope,
        stands_in_for,
        center: wanted.center,
        segment: wanted.segment,
        states: states(wanted),
        overdue_at: wanted.overdue.then_some(now),
        raised: wanted.raised,
        possibly_same: wanted.possibly_same,
        hot_spot: wanted.hot_spot,
        sort: wanted.sort,
        after: wanted.after,
        limit: wanted.count + 1,
    };
    let mut connection = app.inboxes.take().await?;
    let listed = inbox::list(connection.get(), &filter).await?;
    connection.keep();
    Ok(listed)
}

/// The states that are wanted; `None`: any. Time is left only while the problem stands, unless a state is asked for.
fn states(wanted: &Wanted<'_>) -> Option<Vec<State>> {
    let asked = wanted.state.map(|state| vec![state]);
    let states = match (asked, wanted.sort) {
        (Some(asked), _) => asked,
        (None, Sort::TimeLeft) => State::ALL.into_iter().filter(|state| state.takes_reports()).collect(),
        (None, Sort::Newest) if wanted.unattended => State::ALL.to_vec(),
        (None, Sort::Newest) => return None,
    };
    Some(states.into_iter().filter(|state| !wanted.unattended || state.is_unattended()).collect())
}
