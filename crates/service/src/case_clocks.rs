//! The clocks of a stored case: what a step does to them, by the rules that the case was opened under.

use chrono::{DateTime, Utc};
use jiekou_core::case::{
    CaseClock, ClockEffect, ClockKind, Move, State, answer_effect, clock_effect, milestones,
};
use jiekou_core::place::Wgs84;
use jiekou_core::rulebook::{Circumstances, ClockChange, ClockStep};
use jiekou_store::PgConnection;
use jiekou_store::cases::clocks;
use jiekou_store::cases::view::CaseView;

use crate::move_case::state_of;
use crate::{App, ServiceError};

/// What `it`, which leads to `to`, does to the clocks of a locked case.
///
/// # Errors
/// Storage; a case in an unknown state.
pub(crate) async fn moved(
    app: &App,
    conn: &mut PgConnection,
    case: &CaseView,
    it: Move,
    to: State,
    now: DateTime<Utc>,
) -> Result<ClockChange, ServiceError> {
    let effect = clock_effect(state_of(case)?, it, to, false);
    let step = ClockStep {
        effect,
        to,
        reached: milestones(it, false),
        now,
        dispatched_at: case.dispatched_at,
        shown: case.due_kind.as_deref().and_then(ClockKind::from_name),
    };
    change(app, conn, case, &case.open_clocks(), &step).await
}

/// The clocks that waited for a reporter's answer go on at `at`.
///
/// # Errors
/// Storage; a case in an unknown state.
pub(crate) async fn answered(
    app: &App,
    conn: &mut PgConnection,
    case: &CaseView,
    at: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let to = state_of(case)?;
    // A suspension is not ended by an answer.
    if to == State::Suspended {
        return Ok(());
    }
    let open: Vec<CaseClock> =
        clocks::of_case(&mut *conn, case.case_id).await?.into_iter().filter(CaseClock::is_open).collect();
    if open.iter().all(|clock| clock.clock.paused_at.is_none()) {
        return Ok(());
    }
    let effect: ClockEffect = answer_effect();
    let shown = case.due_kind.as_deref().and_then(ClockKind::from_name);
    let step = ClockStep { effect, to, reached: &[], now: at, dispatched_at: case.dispatched_at, shown };
    let change = change(app, conn, case, &open, &step).await?;
    Ok(clocks::change(conn, case.case_id, "answered", &change, at).await?)
}

/// The clock that the case has if it is urgent since `now`; `None` when its clock ends sooner anyway.
///
/// # Errors
/// Storage; a case in an unknown state.
pub(crate) async fn hastened(
    app: &App,
    conn: &mut PgConnection,
    case: &CaseView,
    now: DateTime<Utc>,
) -> Result<Option<CaseClock>, ServiceError> {
    let rulebook = app.rulebooks.version(conn, case.rulebook_version_id).await?;
    let clock = rulebook.rules.urgent_clock(state_of(case)?, &case.category, now);
    Ok(clock.filter(|clock| case.due_at.is_none_or(|due_at| clock.clock.due_at < due_at)))
}

async fn change(
    app: &App,
    conn: &mut PgConnection,
    case: &CaseView,
    open: &[CaseClock],
    step: &ClockStep<'_>,
) -> Result<ClockChange, ServiceError> {
    let rulebook = app.rulebooks.version(conn, case.rulebook_version_id).await?;
    let point = case.longitude.zip(case.latitude).and_then(|(x, y)| Wgs84::new(x, y).ok());
    let areas = rulebook.rules.kinds_at(point, case.segment_code.as_deref());
    let it = Circumstances {
        category: &case.category,
        complexity: None,
        areas: &areas,
        start: step.now,
        pauses: &[],
    };
    Ok(rulebook.rules.clock_change(open, step, &it, case.urgency == "urgent"))
}
