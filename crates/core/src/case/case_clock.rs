//! The clocks of a case: several at once, each with the rule that set it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Stage;
use crate::clock::{Allowance, Calendar, Clock, Milestone};

/// What a clock measures: a stage of the case, or the way to somebody on the spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClockKind {
    Accept,
    PreVerify,
    Dispatch,
    Sign,
    Handle,
    Inspect,
    CallBack,
    /// 联系报料人
    Contact,
    /// 到场
    Arrive,
    /// 劝导
    Persuade,
    /// 执法人员到场
    Enforce,
}

/// A clock of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseClock {
    /// Which of the case's clocks it is, from 1 on; 0 until it is stored.
    #[serde(default)]
    pub n: i32,
    pub kind: ClockKind,
    /// Such as `clocks.accept`, `overlays.simple-24h` or `minuteClocks.arrive-10`.
    pub rule: String,
    pub allowance: Allowance,
    #[serde(flatten)]
    pub clock: Clock,
}

/// Beginning of the names of rules that set minute clocks.
const MINUTE_RULES: &str = "minuteClocks.";

impl ClockKind {
    pub const ALL: [Self; 11] = [
        Self::Accept,
        Self::PreVerify,
        Self::Dispatch,
        Self::Sign,
        Self::Handle,
        Self::Inspect,
        Self::CallBack,
        Self::Contact,
        Self::Arrive,
        Self::Persuade,
        Self::Enforce,
    ];

    /// The name stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::PreVerify => "preVerify",
            Self::Dispatch => "dispatch",
            Self::Sign => "sign",
            Self::Handle => "handle",
            Self::Inspect => "inspect",
            Self::CallBack => "callBack",
            Self::Contact => "contact",
            Self::Arrive => "arrive",
            Self::Persuade => "persuade",
            Self::Enforce => "enforce",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind of a minute clock that ends at `milestone`.
    pub const fn until(milestone: Milestone) -> Self {
        match milestone {
            Milestone::Found => Self::Accept,
            Milestone::Notified => Self::Dispatch,
            Milestone::Contacted => Self::Contact,
            Milestone::Arrived => Self::Arrive,
            Milestone::PersuasionFailed => Self::Persuade,
            Milestone::EnforcementArrived => Self::Enforce,
            Milestone::Handled => Self::Handle,
        }
    }

    /// Whether the center that answers for the case has to do it, and nobody on the street.
    pub const fn is_the_centers(self) -> bool {
        match self {
            Self::Accept
            | Self::PreVerify
            | Self::Dispatch
            | Self::Inspect
            | Self::CallBack
            | Self::Contact => true,
            Self::Sign | Self::Handle | Self::Arrive | Self::Persuade | Self::Enforce => false,
        }
    }
}

impl From<Stage> for ClockKind {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Accept => Self::Accept,
            Stage::PreVerify => Self::PreVerify,
            Stage::Dispatch => Self::Dispatch,
            Stage::Sign => Self::Sign,
            Stage::Handle => Self::Handle,
            Stage::Inspect => Self::Inspect,
            Stage::CallBack => Self::CallBack,
        }
    }
}

impl CaseClock {
    /// A clock that starts to run.
    pub fn start(
        kind: ClockKind,
        rule: String,
        allowance: Allowance,
        start: DateTime<Utc>,
        calendar: &Calendar,
    ) -> Self {
        let clock = Clock::start(start, allowance, Vec::new(), calendar);
        Self { n: 0, kind, rule, allowance, clock }
    }

    /// Whether it was set by one of `minute-clocks.yaml`; the others belong to the stages.
    pub fn is_minute_clock(&self) -> bool {
        self.rule.starts_with(MINUTE_RULES)
    }

    /// Whether nothing has ended it yet; it may stand still.
    pub fn is_open(&self) -> bool {
        self.clock.ended_at.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_name_is_the_sent_name() {
        for kind in ClockKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert_eq!(ClockKind::from_name(kind.name()), Some(kind));
        }
    }
}
