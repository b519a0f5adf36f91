//! Which clocks run: the stage clocks, the overlays over handling, and the minute clocks of a problem.

use chrono::{DateTime, Utc};

use super::Rulebook;
use crate::case::{Stage, StageClock, State};
use crate::category::{Category, Complexity};
use crate::clock::deadline_with_pauses;
use crate::clock::{Limit, MinuteClock, Pause, Share, Shortened, Unit, warn_at};
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
    pub due_at: DateTime<Utc>,
    pub warn_at: DateTime<Utc>,
}

impl Rulebook {
    /// The clock that starts when a case of `category` comes into `state` at `start`; `None` where none runs.
    pub fn clock(
        &self,
        state: State,
        category: &str,
        urgent: bool,
        start: DateTime<Utc>,
    ) -> Option<StageClock> {
        let stage = Stage::of(state)?;
        let (limit, rule) = self.limit(stage, category, urgent);
        Some(stage.start(limit, rule, start, &self.data.calendar))
    }

    /// The clock of `stage`, begun at `start` and standing still during `pauses`.
    pub fn clock_with_pauses(
        &self,
        stage: Stage,
        category: &str,
        urgent: bool,
        start: DateTime<Utc>,
        pauses: &[Pause],
    ) -> StageClock {
        let (limit, rule) = self.limit(stage, category, urgent);
        StageClock { stage, due_at: deadline_with_pauses(start, limit, pauses, &self.data.calendar), rule }
    }

    /// What the clock with this rule is counted in, for a case of `category`; `None` for a rule that is not of this
    /// rulebook.
    pub fn unit_of(&self, rule: &str, category: &str) -> Option<Unit> {
        self.limit_named(rule, category).map(|shortened| shortened.limit.unit)
    }

    /// One more limit of that rule, counted from `from`.
    pub fn one_more(&self, rule: &str, category: &str, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.limit_named(rule, category).map(|shortened| shortened.due(from, &[], &self.data.calendar))
    }

    fn limit_named(&self, rule: &str, category: &str) -> Option<Shortened> {
        let whole = |limit| Shortened { limit, share: Share::WHOLE };
        if let Some(id) = rule.strip_prefix("overlays.") {
            let overlay = self.data.plan.overlays.iter().find(|overlay| overlay.id == id)?;
            return overlay.limit(self.category(category)?);
        }
        if let Some(slug) =
            rule.strip_prefix("categories.").and_then(|rest| rest.strip_suffix(".handleLimit"))
        {
            return self.category(slug).map(|category| whole(category.handle_limit));
        }
        if rule == "clocks.handleUnclassified" {
            return Some(whole(self.data.clocks.handle_unclassified));
        }
        let fixed = Stage::ALL.into_iter().filter(|stage| *stage != Stage::Handle);
        let mut named =
            fixed.flat_map(|stage| [false, true].map(|urgent| self.limit(stage, category, urgent)));
        named.find(|(_, name)| name == rule).map(|(limit, _)| whole(limit))
    }

    /// Every clock of handling, the tightest first. The first one is the deadline; a report can show which was broken.
    pub fn handling_clocks(&self, it: &Circumstances<'_>) -> Vec<HandlingClock> {
        let calendar = &self.data.calendar;
        let (limit, rule) = self.limit(Stage::Handle, it.category, false);
        let mut clocks = vec![HandlingClock {
            rule,
            due_at: deadline_with_pauses(it.start, limit, it.pauses, calendar),
            warn_at: warn_at(it.start, limit, it.pauses, calendar),
        }];
        if let Some(category) = self.category(it.category) {
            let complexity = it.complexity.unwrap_or(category.complexity);
            let applicable = self.data.plan.overlays.iter();
            let applicable = applicable.filter(|overlay| overlay.applies(category, complexity, it.areas));
            clocks.extend(applicable.filter_map(|overlay| {
                let shortened = overlay.limit(category)?;
                Some(HandlingClock {
                    rule: overlay.rule(),
                    due_at: shortened.due(it.start, it.pauses, calendar),
                    warn_at: shortened.warn_at(it.start, it.pauses, calendar),
                })
            }));
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

    fn limit(&self, stage: Stage, category: &str, urgent: bool) -> (Limit, String) {
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
