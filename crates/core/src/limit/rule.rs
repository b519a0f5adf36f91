//! The rules: data of a rulebook over the defaults.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Act, By, Quota};
use crate::report::Channel;

/// `act` of whoever is counted `by` this, on one channel or on all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    pub act: Act,
    pub by: By,
    /// Wins over the rule without a channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// So many at once.
    pub burst: u32,
    /// So many more…
    pub rate: u32,
    /// …each second, minute, hour or day, evenly.
    pub per: Per,
}

/// The time that a rate is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Per {
    Second,
    Minute,
    Hour,
    Day,
}

static DEFAULTS: LazyLock<Vec<Rule>> =
    LazyLock::new(|| serde_yaml_ng::from_str(include_str!("limits.default.yaml")).unwrap_or_default());

impl Rule {
    /// The rules that hold where a rulebook has no other: also the list of what is counted by whom.
    pub fn defaults() -> &'static [Self] {
        &DEFAULTS
    }

    /// Its name in headers and keys: `report-by-address`, `report-by-phone-web`.
    pub fn name(&self) -> String {
        let channel = self.channel.map(|channel| format!("-{}", channel.name())).unwrap_or_default();
        format!("{}-by-{}{channel}", self.act.name(), self.by.name())
    }

    /// What it allows. The interval is rounded up: never more than the rate.
    pub fn quota(&self) -> Quota {
        let period: i64 = match self.per {
            Per::Second => 1_000_000,
            Per::Minute => 60_000_000,
            Per::Hour => 3_600_000_000,
            Per::Day => 86_400_000_000,
        };
        let rate = i64::from(self.rate.max(1));
        Quota { burst: self.burst.max(1), interval: ((period + rate - 1) / rate).max(1) }
    }

    fn is_of(&self, other: &Self) -> bool {
        (self.act, self.by, self.channel) == (other.act, other.by, other.channel)
    }
}

/// The rules in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    rules: Vec<Rule>,
}

impl Limits {
    /// A rulebook's `own` rules, and the defaults of what it says nothing about; each quota `factor` times.
    pub fn new(own: &[Rule], factor: u32) -> Self {
        let kept = Rule::defaults().iter().filter(|rule| !own.iter().any(|it| it.is_of(rule)));
        let times = |rule: &Rule| Rule {
            burst: rule.burst.saturating_mul(factor),
            rate: rule.rate.saturating_mul(factor),
            ..rule.clone()
        };
        Self { rules: own.iter().chain(kept).map(times).collect() }
    }

    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Where the rule of an act stands in [`Self::rules`]; `None` for what nobody limits.
    pub fn position(&self, act: Act, by: By, channel: Channel) -> Option<usize> {
        let of = |channel| self.rules.iter().position(|it| (it.act, it.by, it.channel) == (act, by, channel));
        of(Some(channel)).or_else(|| of(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> Rule {
        serde_yaml_ng::from_str(text).unwrap()
    }

    #[test]
    fn the_defaults_say_something_about_every_act_and_nothing_twice() {
        let defaults = Rule::defaults();
        for act in Act::ALL {
            assert!(defaults.iter().any(|rule| rule.act == act), "{act:?}");
        }
        for (position, rule) in defaults.iter().enumerate() {
            assert!(!defaults[..position].iter().any(|it| it.is_of(rule)), "{}", rule.name());
            assert!(rule.burst > 0 && rule.rate > 0, "{}", rule.name());
        }
        // Whoever has no credential is counted in everything that can be done without one.
        for act in [Act::Report, Act::Addition, Act::Photo, Act::SignIn, Act::LookupMiss, Act::Read] {
            assert!(Limits::new(&[], 1).position(act, By::Address, Channel::Web).is_some(), "{act:?}");
        }
    }

    #[test]
    fn a_rate_is_never_exceeded_by_rounding() {
        for (text, interval) in [
            ("{act: read, by: desk, burst: 5, rate: 3, per: second}", 333_334),
            ("{act: read, by: desk, burst: 5, rate: 60, per: minute}", 1_000_000),
            ("{act: read, by: desk, burst: 5, rate: 7, per: hour}", 514_285_715),
            ("{act: read, by: desk, burst: 5, rate: 1, per: day}", 86_400_000_000),
            ("{act: read, by: desk, burst: 5, rate: 4000000, per: second}", 1),
        ] {
            assert_eq!(rule(text).quota(), Quota { burst: 5, interval }, "{text}");
        }
    }

    #[test]
    fn a_rulebook_replaces_single_rules_and_a_channel_wins() {
        let own = [
            rule("{act: report, by: address, burst: 7, rate: 8, per: hour}"),
            rule("{act: report, by: address, channel: staff, burst: 9, rate: 8, per: hour}"),
        ];
        let limits = Limits::new(&own, 2);
        let burst =
            |act, channel| limits.position(act, By::Address, channel).map(|it| limits.rules()[it].burst);
        assert_eq!(burst(Act::Report, Channel::Web), Some(14));
        assert_eq!(burst(Act::Report, Channel::Staff), Some(18));
        let default =
            Rule::defaults().iter().find(|it| (it.act, it.by) == (Act::Photo, By::Address)).unwrap();
        assert_eq!(burst(Act::Photo, Channel::Web), Some(default.burst * 2));
        assert_eq!(limits.position(Act::LookupMiss, By::Phone, Channel::Web), None);
        assert_eq!(own[1].name(), "report-by-address-staff");
    }
}
