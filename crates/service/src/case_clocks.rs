//! The clocks of a stored case: what a step does to them, by the rules that the case was opened under.

use chrono::{DateTime, Utc};
use jiekou_core::case::{CaseClock, ClockEffect, ClockKind, Move, State, Step, answer_effect, milestones};
use jiekou_core::category::Complexity;
use jiekou_core::place::Wgs84;
use jiekou_core::rulebook::{Circumstances, ClockChange, ClockStep, Rulebook};
use jiekou_store::PgConnection;
use jiekou_store::cases::clocks;
use jiekou_store::cases::view::CaseView;

use crate::matter::{rules_within, state_of};
use crate::{App, ServiceError};

/// A move, as far as the clocks go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moving<'a> {
    pub it: Move,
    pub step: Step,
    pub enforcing: bool,
    /// It is a persuasion that failed.
    pub in_vain: bool,
    /// When the case was last given to somebody, this move included.
    pub dispatched_at: Option<DateTime<Utc>>,
    /// Category, place and complexity as they are after the move.
    pub category: &'a str,
    pub complexity: Option<Complexity>,
    pub point: Option<Wgs84>,
    pub segment_code: Option<&'a str>,
}

/// What a move does to the clocks of a case.
pub(crate) fn moved(
    case: &CaseView,
    moving: &Moving<'_>,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> ClockChange {
    let step = ClockStep {
        effect: moving.step.clock,
        to: moving.step.to,
        reached: milestones(moving.it, moving.enforcing, moving.in_vain),
        now,
        dispatched_at: moving.dispatched_at,
        shown: case.due_kind.as_deref().and_then(ClockKind::from_name),
    };
    let areas = rules.kinds_at(moving.point, moving.segment_code);
    let it = Circumstances {
        category: moving.category,
        complexity: moving.complexity,
        areas: &areas,
        start: now,
        pauses: &[],
    };
    rules.clock_change(&case.open_clocks(), &step, &it, case.urgency == "urgent")
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
    let rules = rules_within(app, conn, case).await?;
    let clock = rules.urgent_clock(state_of(case)?, &case.category, now);
    Ok(clock.filter(|clock| case.due_at.is_none_or(|due_at| clock.clock.due_at < due_at)))
}

async fn change(
    app: &App,
    conn: &mut PgConnection,
    case: &CaseView,
    open: &[CaseClock],
    step: &ClockStep<'_>,
) -> Result<ClockChange, ServiceError> {
    let rules = rules_within(app, conn, case).await?;
    let point = case.longitude.zip(case.latitude).and_then(|(x, y)| Wgs84::new(x, y).ok());
    let areas = rules.kinds_at(point, case.segment_code.as_deref());
    let it = Circumstances {
        category: &case.category,
        complexity: case.complexity.as_deref().and_then(Complexity::from_name),
        areas: &areas,
        start: step.now,
        pauses: &[],
    };
    Ok(rules.clock_change(open, step, &it, case.urgency == "urgent"))
}
