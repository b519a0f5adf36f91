//! Whether a move is made: graph, role and guards together.

use chrono::{DateTime, Utc};

use super::{Actor, ClockEffect, Guard, Matter, Move, State, clock_effect, graph, guard, permission};
use crate::rulebook::Rulebook;

/// What a move does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub to: State,
    pub clock: ClockEffect,
}

/// Why a move is not made, with the moves that are allowed instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the move is not allowed in this state")]
    NotFromHere { allowed: Vec<Move> },
    #[error("the role may not make this move")]
    NotYourMove { allowed: Vec<Move> },
    #[error("something speaks against the move")]
    Guarded { guard: Guard, allowed: Vec<Move> },
}

/// The step that `it` is, made by `actor` at `now` under the rules that the case was opened under.
///
/// # Errors
/// With the moves that are allowed instead.
pub fn transition(
    matter: &Matter,
    it: Move,
    actor: &Actor,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> Result<Step, Refusal> {
    let process = &rules.plan().process;
    let allowed = || allowed_moves(matter, actor, rules, now);
    let Some(to) = graph::next(matter, it, process) else {
        return Err(Refusal::NotFromHere { allowed: allowed() });
    };
    if !permission::is_permitted(actor, matter, it, rules) {
        return Err(Refusal::NotYourMove { allowed: allowed() });
    }
    if let Some(guard) = guard::against(matter, it, actor, rules, now) {
        return Err(Refusal::Guarded { guard, allowed: allowed() });
    }
    let arbitrated = matter.returns + 1 >= process.returns.most;
    Ok(Step { to, clock: clock_effect(matter.state, it, to, arbitrated) })
}

/// The moves that `actor` can make at `now`.
pub fn allowed_moves(matter: &Matter, actor: &Actor, rules: &Rulebook, now: DateTime<Utc>) -> Vec<Move> {
    let process = &rules.plan().process;
    let possible = Move::ALL.into_iter().filter(|it| graph::next(matter, *it, process).is_some());
    let permitted = possible.filter(|it| permission::is_permitted(actor, matter, *it, rules));
    permitted.filter(|it| guard::against(matter, *it, actor, rules, now).is_none()).collect()
}
