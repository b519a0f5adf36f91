//! Placards (挂牌督办、摘牌, ZZ-10): the worst segment or spot of a period is named, with a deadline, until it is lifted.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::clock::{Limit, Unit};
use crate::period::Cycle;

/// `placards` of `supervision.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PlacardRules {
    /// How often the worst are named.
    pub every: Cycle,
    pub of: Vec<Placarded>,
    /// How long there is to rectify, where whoever hangs it names no moment.
    pub deadline: Limit,
    pub evidence: EvidenceRule,
    /// How many of each are proposed.
    pub proposals: u32,
}

/// What a placard hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Placarded {
    /// 最差路段
    Segment,
    /// 最差乱点: a case.
    Spot,
}

/// What proves that a placard may be lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EvidenceRule {
    /// A photo from after.
    Photo,
    /// A case there that passed inspection since the placard hangs.
    Inspection,
    /// One of the two.
    #[default]
    Either,
}

/// How a placard stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlacardState {
    Hanging,
    /// Hanging, and its deadline has passed.
    Overdue,
    Lifted,
}

impl PlacardState {
    pub const ALL: [Self; 3] = [Self::Hanging, Self::Overdue, Self::Lifted];

    /// The state at `now`. The deadline itself is on time.
    pub fn at(deadline: DateTime<Utc>, lifted_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        match lifted_at {
            Some(_) => Self::Lifted,
            None if now > deadline => Self::Overdue,
            None => Self::Hanging,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Hanging => "hanging",
            Self::Overdue => "overdue",
            Self::Lifted => "lifted",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl EvidenceRule {
    /// Whether a lifting with these is proved.
    pub fn is_met(self, photo: bool, inspection: bool) -> bool {
        match self {
            Self::Photo => photo,
            Self::Inspection => inspection,
            Self::Either => photo || inspection,
        }
    }
}

impl Default for PlacardRules {
    fn default() -> Self {
        Self {
            every: Cycle::TenDays,
            of: vec![Placarded::Segment, Placarded::Spot],
            deadline: Limit::new(10, Unit::NaturalDay),
            evidence: EvidenceRule::Either,
            proposals: 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_placard_is_overdue_after_its_deadline_until_it_is_lifted() {
        let deadline = "2026-11-30T16:00:00Z".parse().unwrap();
        let after = deadline + TimeDelta::seconds(1);
        for (lifted_at, now, expected) in [
            (None, deadline, PlacardState::Hanging),
            (None, after, PlacardState::Overdue),
            (Some(deadline), after, PlacardState::Lifted),
            (Some(after), after, PlacardState::Lifted),
        ] {
            assert_eq!(PlacardState::at(deadline, lifted_at, now), expected);
        }
        for state in PlacardState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
            assert_eq!(PlacardState::from_name(state.name()), Some(state));
        }
    }

    #[test]
    fn a_placard_is_lifted_with_the_evidence_that_the_rulebook_asks_for() {
        for (rule, photo, inspection, met) in [
            (EvidenceRule::Photo, true, false, true),
            (EvidenceRule::Photo, false, true, false),
            (EvidenceRule::Inspection, true, false, false),
            (EvidenceRule::Inspection, false, true, true),
            (EvidenceRule::Either, true, false, true),
            (EvidenceRule::Either, false, true, true),
            (EvidenceRule::Either, false, false, false),
        ] {
            assert_eq!(rule.is_met(photo, inspection), met, "{rule:?} {photo} {inspection}");
        }
    }
}
