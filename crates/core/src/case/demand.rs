//! What a move must bring along.

use super::Move;

/// The fields that a move owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Demand {
    pub reason: bool,
    /// Whom it is handed to: a unit, a post or words.
    pub handler: bool,
    pub after_photo: bool,
    /// Words: the question, or the answer.
    pub note: bool,
    /// The other case: that it is merged into, or kept apart from.
    pub into: bool,
    /// The units that a whistle calls.
    pub units: bool,
    /// The person who goes.
    pub person: bool,
    /// The date that a suspension ends.
    pub until: bool,
    /// Whether persuasion worked.
    pub worked: bool,
    /// Who took the case over there.
    pub taken_by: bool,
    pub category: bool,
    pub place: bool,
    /// The category of the second problem; its words too where that is the first one's.
    pub problem: bool,
}

/// What `it` must bring along. An after-photo is owed at handling: without one nobody could close the case.
pub fn demands(it: Move) -> Demand {
    let reason = Demand { reason: true, ..Demand::default() };
    match it {
        Move::Reject
        | Move::Void
        | Move::Return
        | Move::Fail
        | Move::Reopen
        | Move::Unmerge
        | Move::ForceClose
        | Move::RequestExtension
        | Move::RefuseRequest
        | Move::Escalate
        | Move::Supervise
        | Move::Object
        | Move::AllowObjection
        | Move::DismissObjection
        | Move::AppealTimeout
        | Move::AllowAppeal
        | Move::DismissAppeal => reason,
        Move::Merge => Demand { into: true, ..reason },
        Move::KeepApart => Demand { into: true, ..Demand::default() },
        Move::Dispatch => Demand { handler: true, ..Demand::default() },
        Move::Transfer => Demand { handler: true, taken_by: true, ..reason },
        Move::Handle | Move::SelfHandle => Demand { after_photo: true, ..Demand::default() },
        Move::AskReporter => Demand { note: true, ..Demand::default() },
        Move::RequestSuspension => Demand { until: true, ..reason },
        Move::CorrectPlace => Demand { place: true, ..reason },
        Move::CorrectCategory => Demand { category: true, ..reason },
        Move::Split => Demand { problem: true, ..reason },
        Move::Assign => Demand { person: true, ..Demand::default() },
        Move::Whistle => Demand { units: true, ..Demand::default() },
        Move::Persuade => Demand { worked: true, ..Demand::default() },
        Move::Assist => Demand { note: true, ..Demand::default() },
        Move::Accept
        | Move::PreVerify
        | Move::Confirm
        | Move::Open
        | Move::Sign
        | Move::Extend
        | Move::Suspend
        | Move::Resume
        | Move::Inspect
        | Move::Pass
        | Move::CallBack
        | Move::Archive
        | Move::RevokeAssign
        | Move::Arrive
        | Move::ToEnforcement
        | Move::Hasten
        | Move::Withdraw => Demand::default(),
    }
}
