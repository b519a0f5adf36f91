//! A stored case as the guards of its moves see it, and a member of staff as they stand to it.

use jiekou_core::case::{Actor, Handlers, Matter, State};
use jiekou_core::staff::{Whereabouts, standings};
use jiekou_store::StoreError;
use jiekou_store::cases::view::CaseView;

use crate::{ServiceError, Staff};

/// The case, as far as moves depend on it.
///
/// # Errors
/// When the stored state is unknown.
pub(crate) fn matter(case: &CaseView) -> Result<Matter, ServiceError> {
    let state = state_of(case)?;
    let count = |number: i32| u32::try_from(number).unwrap_or_default();
    Ok(Matter {
        alarmed: case.alarmed,
        followers: count(case.report_count),
        due_at: case.due_at,
        dispatched_at: case.dispatched_at,
        returns: count(case.returns),
        returned: state == State::Returned,
        handlers: Handlers::default(),
        ..Matter::in_state(state)
    })
}

/// The caller with the roles that reach the case; `None` for whom it does not exist.
pub(crate) fn actor(case: &CaseView, staff: &Staff) -> Option<Actor> {
    let at = Whereabouts {
        center_code: &case.center_code,
        segment_code: case.segment_code.as_deref(),
        ..Whereabouts::default()
    };
    let standings = standings(&staff.grants, &at);
    (!standings.is_empty()).then_some(Actor::Staff { id: staff.staff_id, standings })
}

/// The state of a stored case.
pub(crate) fn state_of(case: &CaseView) -> Result<State, ServiceError> {
    State::from_name(&case.state)
        .ok_or(ServiceError::Store(StoreError::Inconsistent("a case in an unknown state")))
}
