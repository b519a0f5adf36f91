//! Who may see who a reporter is, and for what.

use serde::{Deserialize, Serialize};

use crate::staff::{Grant, Role, Whereabouts, standings};

/// What a reporter's identity is opened for (个人信息保护法 Art. 6: a clear purpose).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OpeningReason {
    /// 补充核实: the report cannot be handled without asking.
    Clarify,
    /// 回访: asking whether it is solved.
    CallBack,
    /// 紧急处置: somebody is in danger.
    Emergency,
    /// 奖励发放: a reward is owed and cannot be paid otherwise.
    Reward,
    /// 本人请求: the reporter asked for a correction or copy.
    OwnRequest,
    /// 依法调取: an authority asked, with its document.
    LegalRequest,
}

impl OpeningReason {
    pub const ALL: [Self; 6] =
        [Self::Clarify, Self::CallBack, Self::Emergency, Self::Reward, Self::OwnRequest, Self::LegalRequest];

    /// The name stored and sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clarify => "clarify",
            Self::CallBack => "callBack",
            Self::Emergency => "emergency",
            Self::Reward => "reward",
            Self::OwnRequest => "ownRequest",
            Self::LegalRequest => "legalRequest",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// As the reporter reads it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Clarify => "补充核实问题",
            Self::CallBack => "回访处理结果",
            Self::Emergency => "紧急情况处置",
            Self::Reward => "发放奖励",
            Self::OwnRequest => "本人提出请求",
            Self::LegalRequest => "依法调取",
        }
    }
}

/// How often one member of staff may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdentityRules {
    pub openings_an_hour: i64,
    pub searches_an_hour: i64,
}

/// The role among `grants` that lets somebody see who reported a problem that lies there: whoever speaks with reporters, in
/// the area that answers for the case. Units, patrols, inspectors, assessors, shops and administrators of accounts never
/// do, nor does whoever holds a role for one unit only.
pub fn opening_grant<'a>(grants: &'a [Grant], at: &Whereabouts<'_>) -> Option<&'a Grant> {
    let reaches = |grant: &&Grant| !standings(std::slice::from_ref(grant), at).is_empty();
    grants.iter().filter(|grant| grant.unit.is_none() && speaks_with_reporters(grant.role)).find(reaches)
}

/// Whether the work of a role is to speak with reporters.
pub fn speaks_with_reporters(role: Role) -> bool {
    match role {
        Role::CenterDispatcher | Role::DistrictDispatcher | Role::DeskOperator => true,
        Role::Admin
        | Role::PreVerifier
        | Role::Inspector
        | Role::UnitHandler
        | Role::EnforcementOfficer
        | Role::RoadChief
        | Role::GridWorker
        | Role::Supervisor
        | Role::Reviewer
        | Role::Finance
        | Role::CommunityOfficer => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::Level;

    #[test]
    fn only_who_speaks_with_reporters_sees_who_they_are_and_only_in_the_own_area() {
        let at = Whereabouts { center_code: "410103001", units: &["water"], ..Whereabouts::default() };
        for role in Role::ALL {
            let grant = Grant::new(role, Level::Town, "410103001");
            let found = opening_grant(std::slice::from_ref(&grant), &at);
            assert_eq!(found, Some(&grant).filter(|_| speaks_with_reporters(role)), "{role:?}");
            let elsewhere = Grant::new(role, Level::Town, "410103002");
            assert_eq!(opening_grant(&[elsewhere], &at), None, "{role:?}");
            let of_unit = Grant { unit: Some("water".into()), ..grant };
            assert_eq!(opening_grant(&[of_unit], &at), None, "{role:?}");
        }
    }

    #[test]
    fn the_stored_name_is_the_sent_name() {
        for reason in OpeningReason::ALL {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.name());
            assert_eq!(OpeningReason::from_name(reason.name()), Some(reason));
        }
    }
}
