//! A stored case as the guards of its moves see it, and a member of staff as they stand to it.

use std::sync::Arc;

use jiekou_core::case::{Actor, Handlers, Matter, State};
use jiekou_core::routing::Loop;
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::{Whereabouts, standings};
use jiekou_store::cases::view::CaseView;
use jiekou_store::{PgConnection, StoreError};

use crate::{App, ServiceError, Staff};

/// The case, as far as moves depend on it.
///
/// # Errors
/// When what is stored is unknown to this release.
pub(crate) fn matter(case: &CaseView) -> Result<Matter, ServiceError> {
    let state = state_of(case)?;
    let count = |number: i32| u32::try_from(number).unwrap_or_default();
    let runs_in =
        Loop::from_name(&case.runs_in).ok_or(StoreError::Inconsistent("a case in an unknown loop"))?;
    let stored = match &case.progress {
        Some(progress) => progress.0.clone(),
        // From before there were others: all that is known is that nobody has it.
        None => Matter { returned: state == State::Returned, ..Matter::in_state(state) },
    };
    Ok(Matter {
        state,
        runs_in,
        collected_by: stored.collected_by.or(case.collector_id),
        alarmed: case.alarmed,
        followers: count(case.report_count),
        due_at: case.due_at,
        dispatched_at: case.dispatched_at,
        returns: count(case.returns),
        handlers: Handlers {
            unit: case.unit_code.clone(),
            post: case.post_code.clone(),
            person: case.person_id,
            helpers: case.helpers.clone(),
            called: case.called.clone(),
            enforcement: case.enforcement_code.clone(),
        },
        ..stored
    })
}

/// The caller with the roles that reach the case; `None` for whom it does not exist.
pub(crate) fn actor(case: &CaseView, staff: &Staff) -> Option<Actor> {
    let units: Vec<&str> =
        case.unit_code.iter().chain(&case.helpers).chain(&case.called).map(String::as_str).collect();
    let at = Whereabouts { units: &units, ..whereabouts(case) };
    let standings = standings(&staff.grants, &at);
    (!standings.is_empty()).then_some(Actor::Staff { id: staff.staff_id, standings })
}

/// Where the case lies, whichever units work on it.
pub(crate) fn whereabouts(case: &CaseView) -> Whereabouts<'_> {
    Whereabouts {
        center_code: &case.center_code,
        segment_code: case.segment_code.as_deref(),
        community_code: case.community_code.as_deref(),
        grid_code: case.grid_code.as_deref(),
        units: &[],
    }
}

/// The state of a stored case.
pub(crate) fn state_of(case: &CaseView) -> Result<State, ServiceError> {
    State::from_name(&case.state)
        .ok_or(ServiceError::Store(StoreError::Inconsistent("a case in an unknown state")))
}

/// The rules that the case was opened under. They are in memory but for the very oldest.
///
/// # Errors
/// When the database fails.
pub(crate) async fn rules_of(app: &App, case: &CaseView) -> Result<Arc<Rulebook>, ServiceError> {
    if let Some(known) = app.rulebooks.known(case.rulebook_version_id) {
        return Ok(Arc::clone(&known.rules));
    }
    let mut connection = app.pool.acquire().await.map_err(StoreError::from)?;
    rules_within(app, &mut connection, case).await
}

/// The same for whoever has a connection already: nobody holds one while waiting for another.
///
/// # Errors
/// When the database fails.
pub(crate) async fn rules_within(
    app: &App,
    conn: &mut PgConnection,
    case: &CaseView,
) -> Result<Arc<Rulebook>, ServiceError> {
    let read = app.rulebooks.version(conn, case.rulebook_version_id).await?;
    Ok(Arc::clone(&read.rules))
}
