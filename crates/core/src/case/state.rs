//! The states of a case; the names map to both 数字城管 and 12345.

use serde::{Deserialize, Serialize};

/// Where a case stands. Serialised in camelCase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// 上报
    Received,
    /// 重复: its reporters follow another case.
    Merged,
    /// 不予受理
    Rejected,
    /// 受理
    Accepted,
    /// 核实中: is the report true?
    PreVerifying,
    /// 作废、不属实
    Voided,
    /// 立案
    Opened,
    /// 已派遣，待签收
    Dispatched,
    /// 已签收，处置中
    Signed,
    /// 退回
    Returned,
    /// 挂账
    Suspended,
    /// 已处置
    Handled,
    /// 核查中: is it fixed?
    Inspecting,
    /// 返工
    Rework,
    /// 结案
    Closed,
    /// 回访
    Callback,
    /// 归档
    Archived,
    Reopened,
    /// 强制结案
    ForceClosed,
}

impl State {
    pub const ALL: [Self; 19] = [
        Self::Received,
        Self::Merged,
        Self::Rejected,
        Self::Accepted,
        Self::PreVerifying,
        Self::Voided,
        Self::Opened,
        Self::Dispatched,
        Self::Signed,
        Self::Returned,
        Self::Suspended,
        Self::Handled,
        Self::Inspecting,
        Self::Rework,
        Self::Closed,
        Self::Callback,
        Self::Archived,
        Self::Reopened,
        Self::ForceClosed,
    ];

    /// The name stored and sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Merged => "merged",
            Self::Rejected => "rejected",
            Self::Accepted => "accepted",
            Self::PreVerifying => "preVerifying",
            Self::Voided => "voided",
            Self::Opened => "opened",
            Self::Dispatched => "dispatched",
            Self::Signed => "signed",
            Self::Returned => "returned",
            Self::Suspended => "suspended",
            Self::Handled => "handled",
            Self::Inspecting => "inspecting",
            Self::Rework => "rework",
            Self::Closed => "closed",
            Self::Callback => "callback",
            Self::Archived => "archived",
            Self::Reopened => "reopened",
            Self::ForceClosed => "forceClosed",
        }
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether the problem still stands, so that new reports of it join the case.
    pub fn takes_reports(self) -> bool {
        match self {
            Self::Received
            | Self::Accepted
            | Self::PreVerifying
            | Self::Opened
            | Self::Dispatched
            | Self::Signed
            | Self::Returned
            | Self::Suspended
            | Self::Handled
            | Self::Inspecting
            | Self::Rework
            | Self::Reopened => true,
            Self::Merged
            | Self::Rejected
            | Self::Voided
            | Self::Closed
            | Self::Callback
            | Self::Archived
            | Self::ForceClosed => false,
        }
    }

    /// Whether it waits for somebody to take it on: nobody has it, or whoever was given it has not signed.
    pub fn is_unattended(self) -> bool {
        matches!(self, Self::Opened | Self::Returned | Self::Reopened | Self::Dispatched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_name_is_the_sent_name() {
        for state in State::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
            assert_eq!(State::from_name(state.name()), Some(state));
        }
    }
}
