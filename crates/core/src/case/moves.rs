//! What can be done with a case.

use serde::{Deserialize, Serialize};

/// A move of a case; the vocabulary of `POST /v1/cases/{caseNumber}/moves`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Move {
    /// 受理
    Accept,
    /// 不予受理
    Reject,
    /// 核实: somebody looks whether the report is true.
    PreVerify,
    /// 请报料人补充
    AskReporter,
    /// 属实，立案
    Confirm,
    /// 作废、不属实
    Void,
    /// 立案
    Open,
    /// 派遣
    Dispatch,
    /// 签收
    Sign,
    /// 退单
    Return,
    /// 延期: the request is granted.
    Extend,
    /// 挂账: the request is granted, or the center decides so itself.
    Suspend,
    /// 恢复
    Resume,
    /// 处置反馈
    Handle,
    /// 核查: somebody looks whether it is fixed.
    Inspect,
    /// 核查通过，结案
    Pass,
    /// 核查不通过，返工
    Fail,
    /// 回访
    CallBack,
    /// 归档
    Archive,
    /// 重新办理
    Reopen,
    /// 强制结案
    ForceClose,
    /// 改正位置
    CorrectPlace,
    /// 改正类别
    CorrectCategory,
    /// 并案
    Merge,
    /// 撤销并案
    Unmerge,
    /// 不是同一问题: a case that may be the same problem as another is not.
    KeepApart,
    /// 拆分: one report told of two problems.
    Split,
    /// 指派到人
    Assign,
    /// 撤回指派
    RevokeAssign,
    /// 到场、报到
    Arrive,
    /// 劝导
    Persuade,
    /// 移交执法
    ToEnforcement,
    /// 吹哨
    Whistle,
    /// 上报上一级
    Escalate,
    /// 督办
    Supervise,
    /// 移送: to a neighbouring district or an authority outside.
    Transfer,
    /// 报料人撤回
    Withdraw,
    /// 延期申请
    RequestExtension,
    /// 挂账申请
    RequestSuspension,
    /// 不同意延期或挂账
    RefuseRequest,
    /// 自行处置: whoever found it has settled it on the spot.
    SelfHandle,
    /// 协办: a unit that handles with the lead has done its part.
    Assist,
    /// 催办
    Hasten,
    /// 异议: the reporter does not accept a reject or void.
    Object,
    /// 异议成立
    AllowObjection,
    /// 异议不成立
    DismissObjection,
    /// 超时申诉
    AppealTimeout,
    /// 申诉成立
    AllowAppeal,
    /// 申诉不成立
    DismissAppeal,
}

impl Move {
    pub const ALL: [Self; 49] = [
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
        Self::RequestExtension,
        Self::RequestSuspension,
        Self::RefuseRequest,
        Self::SelfHandle,
        Self::Assist,
        Self::Hasten,
        Self::Object,
        Self::AllowObjection,
        Self::DismissObjection,
        Self::AppealTimeout,
        Self::AllowAppeal,
        Self::DismissAppeal,
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
            Self::RequestExtension => "requestExtension",
            Self::RequestSuspension => "requestSuspension",
            Self::RefuseRequest => "refuseRequest",
            Self::SelfHandle => "selfHandle",
            Self::Assist => "assist",
            Self::Hasten => "hasten",
            Self::Object => "object",
            Self::AllowObjection => "allowObjection",
            Self::DismissObjection => "dismissObjection",
            Self::AppealTimeout => "appealTimeout",
            Self::AllowAppeal => "allowAppeal",
            Self::DismissAppeal => "dismissAppeal",
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
