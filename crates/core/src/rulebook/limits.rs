//! Which clocks run: the stage clocks, the overlays over handling, and the minute clocks of a problem.

use chrono::{DateTime, Utc};

use super::Rulebook;
use crate::case::{CaseClock, Stage, State};
use crate::category::{Category, Complexity};
use crate::clock::{Allowance, Limit, MinuteClock, Pause};
use crate::place::AreaKind;

/// What the clocks of handling depend on.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// Slug of the category, or of one of its kinds.
    pub category: &'a str,
    /// Set at dispatch; changing it later needs a reason. `None`: as the category has it.
    pub complexity: Option<Complexity>,
    /// What the ground is used for.
    pub areas: &'a [AreaKind],
    /// 派遣: when the handling clock begins.
    pub start: DateTime<Utc>,
    pub pauses: &'a [Pause],
}

/// One of the handling clocks, with the rule that set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlingClock {
    /// Such as `overlays.simple-24h` or `categories.manhole.handleLimit`.
    pub rule: String,
    pub allowance: Allowance,
    pub due_at: DateTime<Utc>,
    pub warn_at: DateTime<Utc>,
}

impl Rulebook {
    /// The clock of an urgent case of `category` that starts in `state` at `start`; `None` where none runs.
    pub fn urgent_clock(&self, state: State, category: &str, start: DateTime<Utc>) -> Option<CaseClock> {
        let stage = Stage::of(state)?;
        let (limit, rule) = self.limit(stage, category, true);
        Some(CaseClock::start(stage.into(), rule, Allowance::whole(limit), start, self.calendar()))
    }

    /// Every clock of handling, the tightest first. The first one is the deadline; a report can show which was broken.
    pub fn handling_clocks(&self, it: &Circumstances<'_>) -> Vec<HandlingClock> {
        let clock = |rule, allowance: Allowance| HandlingClock {
            rule,
            allowance,
            due_at: allowance.due(it.start, it.pauses, self.calendar()),
            warn_at: allowance.warn_at(it.start, it.pauses, self.calendar()),
        };
        let (limit, rule) = self.limit(Stage::Handle, it.category, false);
        let mut clocks = vec![clock(rule, Allowance::whole(limit))];
        if let Some(category) = self.category(it.category) {
            let complexity = it.complexity.unwrap_or(category.complexity);
            let applicable = self.data.plan.overlays.iter();
            let applicable = applicable.filter(|overlay| overlay.applies(category, complexity, it.areas));
            clocks.extend(
                applicable.filter_map(|overlay| Some(clock(overlay.rule(), overlay.limit(category)?))),
            );
        }
        clocks.sort_by_key(|clock| clock.due_at);
        clocks
    }

    /// The minute clocks that run for a problem.
    pub fn minute_clocks(&self, it: &Circumstances<'_>) -> Vec<&MinuteClock> {
        let Some(category) = self.category(it.category) else {
            return Vec::new();
        };
        let complexity = it.complexity.unwrap_or(category.complexity);
        let clocks = self.data.plan.minute_clocks.iter();
        clocks.filter(|clock| clock.scope.covers(category, complexity, it.areas)).collect()
    }

    pub(super) fn limit(&self, stage: Stage, category: &str, urgent: bool) -> (Limit, String) {
        let clocks = &self.data.clocks;
        let fixed = match stage {
            Stage::Accept if urgent => clocks.accept_urgent,
            Stage::Accept => clocks.accept,
            Stage::PreVerify if urgent => clocks.pre_verify_urgent,
            Stage::PreVerify => clocks.pre_verify,
            Stage::Dispatch => clocks.dispatch,
            Stage::Sign if urgent => clocks.sign_urgent,
            Stage::Sign => clocks.sign,
            Stage::Inspect => clocks.inspect,
            Stage::CallBack => clocks.call_back,
            Stage::Handle => {
                return match self.category(category) {
                    Some(Category { handle_limit, .. }) => {
                        (*handle_limit, format!("categories.{category}.handleLimit"))
                    }
                    None => (clocks.handle_unclassified, "clocks.handleUnclassified".to_owned()),
                };
            }
        };
        let suffix = match stage {
            Stage::Accept | Stage::PreVerify | Stage::Sign if urgent => "Urgent",
            _ => "",
        };
        (fixed, format!("clocks.{}{suffix}", stage.name()))
    }
}
