//! What can be done with a case.

use serde::{Deserialize, Serialize};

/// A move of a case; the vocabulary of `POST /v1/cases/{caseNumber}/moves`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Move {
    Accept,
    Reject,
    PreVerify,
    AskReporter,
    Confirm,
    Void,
    Open,
    Dispatch,
    Sign,
    Return,
    Extend,
    Suspend,
    Resume,
    Handle,
    Inspect,
    Pass,
    Fail,
    CallBack,
    Archive,
    Reopen,
    ForceClose,
    CorrectPlace,
    CorrectCategory,
    Merge,
    Unmerge,
    /// 不是同一问题: a case that may be the same problem as another is not.
    KeepApart,
    Split,
    Assign,
    RevokeAssign,
    Arrive,
    Persuade,
    ToEnforcement,
    Whistle,
    Escalate,
    Supervise,
    Transfer,
    Withdraw,
}

impl Move {
    pub const ALL: [Self; 37] = [
        Self::Accept,
        Self::Reject,
        Self::PreVerify,
        Self::AskReporter,
        Self::Confirm,
        Self::Void,
        Self::Open,
        Self::Dispatch,
        Self::Sign,
        Self::Return,
        Self::Extend,
        Self::Suspend,
        Self::Resume,
        Self::Handle,
        Self::Inspect,
        Self::Pass,
        Self::Fail,
        Self::CallBack,
        Self::Archive,
        Self::Reopen,
        Self::ForceClose,
        Self::CorrectPlace,
        Self::CorrectCategory,
        Self::Merge,
        Self::Unmerge,
        Self::KeepApart,
        Self::Split,
        Self::Assign,
        Self::RevokeAssign,
        Self::Arrive,
        Self::Persuade,
        Self::ToEnforcement,
        Self::Whistle,
        Self::Escalate,
        Self::Supervise,
        Self::Transfer,
        Self::Withdraw,
    ];

    /// The name stored in the log and sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::PreVerify => "preVerify",
            Self::AskReporter => "askReporter",
            Self::Confirm => "confirm",
            Self::Void => "void",
            Self::Open => "open",
            Self::Dispatch => "dispatch",
            Self::Sign => "sign",
            Self::Return => "return",
            Self::Extend => "extend",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Handle => "handle",
            Self::Inspect => "inspect",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::CallBack => "callBack",
            Self::Archive => "archive",
            Self::Reopen => "reopen",
            Self::ForceClose => "forceClose",
            Self::CorrectPlace => "correctPlace",
            Self::CorrectCategory => "correctCategory",
            Self::Merge => "merge",
            Self::Unmerge => "unmerge",
            Self::KeepApart => "keepApart",
            Self::Split => "split",
            Self::Assign => "assign",
            Self::RevokeAssign => "revokeAssign",
            Self::Arrive => "arrive",
            Self::Persuade => "persuade",
            Self::ToEnforcement => "toEnforcement",
            Self::Whistle => "whistle",
            Self::Escalate => "escalate",
            Self::Supervise => "supervise",
            Self::Transfer => "transfer",
            Self::Withdraw => "withdraw",
        }
    }

    /// The move with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_name_is_the_sent_name() {
        for it in Move::ALL {
            assert_eq!(serde_json::to_value(it).unwrap(), it.name());
        }
    }
}
