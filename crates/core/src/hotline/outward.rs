//! What a platform is told of a step of a case.

use serde::{Deserialize, Serialize};

use crate::case::State;

/// The operations that go out (签收, 退单, 延期申请, 反馈, 进展).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outward {
    Sign,
    ReturnOrder,
    ApplyDelay,
    Feedback(HandlingResult),
    Progress,
}

/// 办理结果
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HandlingResult {
    /// 解决
    Solved,
    /// 未解决
    Unsolved,
    /// 部分解决
    Partly,
    /// 不办理退单
    NotHandled,
}

impl HandlingResult {
    /// The number it is sent as.
    pub const fn number(self) -> u8 {
        match self {
            Self::Solved => 0,
            Self::Unsolved => 1,
            Self::Partly => 2,
            Self::NotHandled => 3,
        }
    }
}

impl Outward {
    /// The name of the operation.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::ReturnOrder => "returnOrder",
            Self::ApplyDelay => "applyDelay",
            Self::Feedback(_) => "feedback",
            Self::Progress => "progress",
        }
    }
}

/// What a platform is told of an act that led to `to`. `public`: the rulebook has words for citizens about it. `None`: the
/// act is none of the platform's concern, or was its own.
pub fn outward(act: &str, to: Option<State>, public: bool) -> Option<Outward> {
    match act {
        "accept" => Some(Outward::Sign),
        "reject" => Some(Outward::ReturnOrder),
        "extend" | "suspend" => Some(Outward::ApplyDelay),
        "pass" => Some(Outward::Feedback(HandlingResult::Solved)),
        "selfHandle" if to == Some(State::Closed) => Some(Outward::Feedback(HandlingResult::Solved)),
        "forceClose" => Some(Outward::Feedback(HandlingResult::Partly)),
        "void" => Some(Outward::Feedback(HandlingResult::Unsolved)),
        // Of these the platform knows already, or they are said to one reporter alone.
        "received" | "joined" | "imported" | "added" | "answered" | "urged" | "alarmed" | "withdraw"
        | "object" | "callBackAnswered" | "archive" => None,
        _ => public.then_some(Outward::Progress),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_that_citizens_hear_of_reaches_the_platform_in_its_own_words() {
        for (act, to, told) in [
            ("accept", State::Accepted, Some("sign")),
            ("reject", State::Rejected, Some("returnOrder")),
            ("extend", State::Signed, Some("applyDelay")),
            ("suspend", State::Suspended, Some("applyDelay")),
            ("pass", State::Closed, Some("feedback")),
            ("selfHandle", State::Closed, Some("feedback")),
            ("selfHandle", State::Handled, Some("progress")),
            ("forceClose", State::ForceClosed, Some("feedback")),
            ("void", State::Voided, Some("feedback")),
            ("dispatch", State::Dispatched, Some("progress")),
            ("reopen", State::Reopened, Some("progress")),
            ("received", State::Received, None),
            ("urged", State::Signed, None),
        ] {
            assert_eq!(outward(act, Some(to), true).map(Outward::name), told, "{act}");
        }
        assert_eq!(outward("assign", Some(State::Signed), false), None);
    }
}
