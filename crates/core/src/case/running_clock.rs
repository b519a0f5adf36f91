//! The clock of the present stage as a case keeps it: running or paused, with what is needed to move its end.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ClockEffect, Stage, StageClock, State};
use crate::clock::{Pause, postponed};
use crate::rulebook::Rulebook;

/// The clock of a case. Default: none runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RunningClock {
    /// The deadline in force; `None` while none runs or it stands still.
    #[serde(skip)]
    pub due: Option<StageClock>,
    /// When it began; `None`: when the case was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
    /// The stretches that it stood still, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<Paused>,
}

/// A clock that stands still: since when, and the end it had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Paused {
    pub at: DateTime<Utc>,
    pub clock: StageClock,
}

/// What the limits of a case depend on.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    pub rules: &'a Rulebook,
    pub category: &'a str,
    pub urgent: bool,
    pub opened_at: DateTime<Utc>,
    pub dispatched_at: Option<DateTime<Utc>>,
    /// Approved extensions, so far.
    pub extensions: u32,
}

impl RunningClock {
    /// The clock after a move with this effect, which led the case to `to`.
    #[must_use]
    pub fn after(&self, effect: ClockEffect, to: State, on: &Ground<'_>, now: DateTime<Utc>) -> Self {
        match effect {
            ClockEffect::Keep => self.clone(),
            ClockEffect::Stop => Self::default(),
            ClockEffect::Start(stage) => {
                let since = match (stage, to) {
                    (Stage::Handle, State::Signed) => on.dispatched_at.unwrap_or(now),
                    _ => now,
                };
                let due = on.rules.clock(to, on.category, on.urgent, since);
                Self { due, since: Some(since), ..Self::default() }
            }
            ClockEffect::Pause => self.pause(now),
            ClockEffect::Resume => self.resume(on, now),
            ClockEffect::Extend => {
                Self { due: self.due.as_ref().map(|due| extended(due, on)), ..self.clone() }
            }
            ClockEffect::Recount => self.recount(to, on),
        }
    }

    fn pause(&self, now: DateTime<Utc>) -> Self {
        match self.due.clone() {
            // An urgent report may have set a clock of its own over a pause; then this one stands still.
            Some(clock) => Self { due: None, paused: Some(Paused { at: now, clock }), ..self.clone() },
            None => self.clone(),
        }
    }

    /// It ends later by what it stood still on its own clock. What has become urgent meanwhile ends no later than that.
    fn resume(&self, on: &Ground<'_>, now: DateTime<Utc>) -> Self {
        let Some(Paused { at, clock }) = &self.paused else {
            return self.clone();
        };
        let pause = Pause { from: *at, until: now };
        let due_at = match on.rules.unit_of(&clock.rule, on.category) {
            Some(unit) => postponed(clock.due_at, pause, unit, on.rules.calendar()),
            None => clock.due_at,
        };
        let moved = StageClock { due_at, ..clock.clone() };
        let due = [Some(moved), self.due.clone()].into_iter().flatten().min_by_key(|clock| clock.due_at);
        let pauses = self.pauses.iter().copied().chain([pause]).collect();
        Self { due, pauses, paused: None, since: self.since }
    }

    /// By the limits that hold now, begun when it began, with the pauses and extensions it had.
    fn recount(&self, to: State, on: &Ground<'_>) -> Self {
        let Some(stage) = Stage::of(to).filter(|stage| *stage == Stage::Handle) else {
            return self.clone();
        };
        let since = self.since.unwrap_or(on.opened_at);
        let anew = |pauses: &[Pause]| {
            let clock = on.rules.clock_with_pauses(stage, on.category, on.urgent, since, pauses);
            (0..on.extensions).fold(clock, |clock, _| extended(&clock, on))
        };
        let due = self.due.as_ref().map(|_| anew(&self.pauses));
        let paused = self.paused.as_ref().map(|paused| Paused { at: paused.at, clock: anew(&self.pauses) });
        Self { due, paused, ..self.clone() }
    }
}

/// One more original limit, counted from the present end.
fn extended(clock: &StageClock, on: &Ground<'_>) -> StageClock {
    let more = on.rules.one_more(&clock.rule, on.category, clock.due_at);
    StageClock { due_at: more.unwrap_or(clock.due_at), ..clock.clone() }
}
