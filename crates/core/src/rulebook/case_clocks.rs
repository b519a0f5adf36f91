//! What a step does to the clocks of a case: which end, stand still, go on, move and start.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Circumstances, Rulebook};
use crate::case::{CaseClock, ClockEffect, ClockKind, Stage, State};
use crate::clock::{Allowance, Clock, Milestone};

/// A step of a case, as far as its clocks go.
#[derive(Debug, Clone, Copy)]
pub struct ClockStep<'a> {
    pub effect: ClockEffect,
    /// The state it leads to.
    pub to: State,
    /// The milestones it reaches.
    pub reached: &'a [Milestone],
    pub now: DateTime<Utc>,
    /// When the case was last given to somebody: handling counts from there, also where no clock of it runs yet.
    pub dispatched_at: Option<DateTime<Utc>>,
    /// The clock shown before the step.
    pub shown: Option<ClockKind>,
}

/// What becomes of the clocks. Kinds and rules end or stand still as a whole, also clocks that came in a moment ago.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockChange {
    /// Clocks of these kinds end.
    pub end_kinds: Vec<ClockKind>,
    /// Clocks set by these rules end.
    pub end_rules: Vec<String>,
    /// Single clocks end, by number.
    pub end: Vec<i32>,
    /// Whatever runs stands still from now on.
    pub pause: bool,
    /// Clocks with other moments than before; `raise_again` where their alarms count anew.
    pub moved: Vec<MovedClock>,
    pub started: Vec<CaseClock>,
    /// The kind of the clock that is shown; the soonest of them.
    pub shown: Option<ClockKind>,
}

/// A clock whose moments moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MovedClock {
    pub n: i32,
    #[serde(flatten)]
    pub clock: Clock,
    pub raise_again: bool,
}

/// The kinds that a stage has; those of people on the spot belong to none.
const STAGES: [ClockKind; 7] = [
    ClockKind::Accept,
    ClockKind::PreVerify,
    ClockKind::Dispatch,
    ClockKind::Sign,
    ClockKind::Handle,
    ClockKind::Inspect,
    ClockKind::CallBack,
];
/// Nobody has to come any more once the problem is handled.
const ON_THE_SPOT: [ClockKind; 3] = [ClockKind::Arrive, ClockKind::Persuade, ClockKind::Enforce];

impl Rulebook {
    /// The clocks of a case that is opened at `it.start`.
    pub fn opening_clocks(&self, it: &Circumstances<'_>, urgent: bool) -> Vec<CaseClock> {
        let mut clocks = self.stage_clocks(Stage::Accept, it, urgent);
        clocks.extend(self.started_by(&[Milestone::Found], it));
        clocks
    }

    /// The clocks of a case that comes from another system and stands in `state`, the latest known step of which was at
    /// `it.start`. `given` is the deadline it had there, with the rule to name; it is the only clock then, and an extension
    /// adds what the rulebook would have given. What is promised in minutes is over.
    pub fn clocks_taken_over(
        &self,
        state: State,
        it: &Circumstances<'_>,
        urgent: bool,
        given: Option<(DateTime<Utc>, String)>,
        now: DateTime<Utc>,
    ) -> Vec<CaseClock> {
        let stage = match state {
            State::Suspended => Some(Stage::Handle),
            state => Stage::of(state),
        };
        let Some(stage) = stage else {
            return Vec::new();
        };
        let mut clocks = match (stage, given) {
            (stage, Some((due_at, rule))) => {
                // What is dispatched has a deadline for handling, and none for being signed.
                let stage = if stage == Stage::Sign { Stage::Handle } else { stage };
                let allowance = Allowance::whole(self.limit(stage, it.category, urgent).0);
                let clock = Clock::until(it.start, due_at);
                vec![CaseClock { n: 0, kind: stage.into(), rule, allowance, clock }]
            }
            (Stage::Sign, None) => {
                let mut clocks = self.stage_clocks(Stage::Sign, it, urgent);
                clocks.extend(self.stage_clocks(Stage::Handle, it, urgent));
                clocks
            }
            (stage, None) => self.stage_clocks(stage, it, urgent),
        };
        if state == State::Suspended {
            clocks.iter_mut().for_each(|clock| clock.clock.pause(now));
        }
        clocks
    }

    /// What `step` does to the clocks of a case; `open` are those that have not ended.
    pub fn clock_change(
        &self,
        open: &[CaseClock],
        step: &ClockStep<'_>,
        it: &Circumstances<'_>,
        urgent: bool,
    ) -> ClockChange {
        let mut change = ClockChange {
            shown: step.shown.or_else(|| Stage::of(step.to).map(ClockKind::from)),
            ..ClockChange::default()
        };
        match step.effect {
            ClockEffect::Start(stage) => self.start(&mut change, stage, open, step, it, urgent),
            ClockEffect::Keep => {}
            ClockEffect::Pause => change.pause = true,
            ClockEffect::Resume => change.moved = self.resumed(open, step.now),
            ClockEffect::Extend => change.moved = self.extended(open),
            ClockEffect::Recount => self.recount(&mut change, open, it, urgent),
            ClockEffect::Stop => {
                change.end_kinds = ClockKind::ALL.to_vec();
                change.shown = None;
            }
        }
        self.reach(&mut change, open, step, it);
        change
    }

    fn start(
        &self,
        change: &mut ClockChange,
        stage: Stage,
        open: &[CaseClock],
        step: &ClockStep<'_>,
        it: &Circumstances<'_>,
        urgent: bool,
    ) {
        let runs = |kind: ClockKind| open.iter().any(|clock| clock.kind == kind && !clock.is_minute_clock());
        // Handling counts from the dispatch and goes on beside the signing.
        let goes_on = match stage {
            Stage::Sign | Stage::Handle => Some(ClockKind::Handle),
            _ => None,
        };
        change.end_kinds.extend(STAGES.into_iter().filter(|kind| Some(*kind) != goes_on));
        change.shown = Some(stage.into());
        if stage != Stage::Handle {
            change.started.extend(self.stage_clocks(stage, it, urgent));
        }
        if goes_on.is_some() && !runs(ClockKind::Handle) {
            let start = match step.to {
                State::Signed => step.dispatched_at.unwrap_or(step.now),
                _ => step.now,
            };
            let since = Circumstances { start, ..*it };
            change.started.extend(self.stage_clocks(Stage::Handle, &since, urgent));
        }
        if matches!(stage, Stage::Inspect | Stage::CallBack) {
            change.end_kinds.extend(ON_THE_SPOT);
        }
    }

    /// All clocks of a stage: of handling one for every rule that applies.
    fn stage_clocks(&self, stage: Stage, it: &Circumstances<'_>, urgent: bool) -> Vec<CaseClock> {
        let start =
            |rule, allowance| CaseClock::start(stage.into(), rule, allowance, it.start, self.calendar());
        match stage {
            Stage::Handle => {
                let clocks = self.handling_clocks(it).into_iter();
                clocks.map(|clock| start(clock.rule, clock.allowance)).collect()
            }
            _ => {
                let (limit, rule) = self.limit(stage, it.category, urgent);
                vec![start(rule, Allowance::whole(limit))]
            }
        }
    }

    fn resumed(&self, open: &[CaseClock], now: DateTime<Utc>) -> Vec<MovedClock> {
        let paused = open.iter().filter(|it| it.clock.paused_at.is_some());
        let moved = paused.map(|it| {
            let mut clock = it.clock.clone();
            clock.resume(now, it.allowance, self.calendar());
            MovedClock { n: it.n, clock, raise_again: false }
        });
        moved.collect()
    }

    /// Handling is extended; what was promised in minutes is not.
    fn extended(&self, open: &[CaseClock]) -> Vec<MovedClock> {
        let handling = open.iter().filter(|it| it.kind == ClockKind::Handle && !it.is_minute_clock());
        let moved = handling.map(|it| {
            let mut clock = it.clock.clone();
            clock.extend(it.allowance, self.calendar());
            MovedClock { n: it.n, clock, raise_again: true }
        });
        moved.collect()
    }

    /// The limits may be others now: those that no longer hold end, and the others count from when the stage began, with
    /// its pauses and extensions.
    fn recount(&self, change: &mut ClockChange, open: &[CaseClock], it: &Circumstances<'_>, urgent: bool) {
        let minutes: Vec<String> = self.minute_clocks(it).iter().map(|clock| clock.rule()).collect();
        let staged: Vec<&CaseClock> = open.iter().filter(|clock| !clock.is_minute_clock()).collect();
        let outside = open.iter().filter(|clock| clock.is_minute_clock() && !minutes.contains(&clock.rule));
        change.end.extend(outside.map(|clock| clock.n));
        for stage in [Stage::Accept, Stage::PreVerify, Stage::Sign, Stage::Handle] {
            let running = || staged.iter().filter(|clock| clock.kind == ClockKind::from(stage));
            let Some(first) = running().min_by_key(|clock| clock.clock.started_at) else {
                continue;
            };
            let since = Circumstances { start: first.clock.started_at, ..*it };
            let wanted = self.stage_clocks(stage, &since, urgent);
            let same = |a: &CaseClock, b: &CaseClock| a.rule == b.rule && a.allowance == b.allowance;
            let gone = running().filter(|clock| !wanted.iter().any(|it| same(it, clock)));
            change.end.extend(gone.map(|clock| clock.n));
            let missing = wanted.into_iter().filter(|it| !running().any(|clock| same(it, clock)));
            change.started.extend(missing.map(|it| self.as_far_as(it, &first.clock)));
        }
    }

    /// `it`, begun when `other` began, with all that happened to that one.
    fn as_far_as(&self, it: CaseClock, other: &Clock) -> CaseClock {
        let mut clock = Clock::start(other.started_at, it.allowance, other.pauses.clone(), self.calendar());
        for _ in 0..other.extensions {
            clock.extend(it.allowance, self.calendar());
        }
        CaseClock { clock: Clock { paused_at: other.paused_at, ..clock }, ..it }
    }

    /// Minute clocks that the step ends or starts. One that runs already is not started again: the first time counts.
    fn reach(
        &self,
        change: &mut ClockChange,
        open: &[CaseClock],
        step: &ClockStep<'_>,
        it: &Circumstances<'_>,
    ) {
        let reached = |milestone| step.reached.contains(&milestone);
        let ended = self.plan().minute_clocks.iter().filter(|clock| reached(clock.to));
        change.end_rules.extend(ended.map(crate::clock::MinuteClock::rule));
        let started = self.started_by(step.reached, &Circumstances { start: step.now, ..*it });
        let new = started.into_iter().filter(|it| !open.iter().any(|clock| clock.rule == it.rule));
        change.started.extend(new.filter(|it| !change.end_rules.contains(&it.rule)));
    }

    fn started_by(&self, reached: &[Milestone], it: &Circumstances<'_>) -> Vec<CaseClock> {
        let clocks = self.minute_clocks(it).into_iter().filter(|clock| reached.contains(&clock.from));
        let started = clocks.map(|clock| {
            let (kind, allowance) = (ClockKind::until(clock.to), Allowance::whole(clock.limit));
            CaseClock::start(kind, clock.rule(), allowance, it.start, self.calendar())
        });
        started.collect()
    }
}
