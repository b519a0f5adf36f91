//! Which move leads from which state to which: the graph of the domain reference §4.4.

use super::{Matter, Move, State};
use crate::plan::{ClosingAuthority, Process};
use crate::routing::Loop;

/// The state that `it` leads to; `None` where there is no such step.
pub(super) fn next(matter: &Matter, it: Move, process: &Process) -> Option<State> {
    use State as S;
    let from = matter.state;
    let stays = |possible: bool| possible.then_some(from);
    match it {
        Move::Accept => (from == S::Received).then_some(S::Accepted),
        Move::Reject => matches!(from, S::Received | S::Accepted).then_some(S::Rejected),
        Move::PreVerify => (from == S::Accepted).then_some(S::PreVerifying),
        Move::AskReporter => stays(is_taken_in(from)),
        Move::Confirm => (from == S::PreVerifying).then_some(S::Opened),
        Move::Void => (from == S::PreVerifying).then_some(S::Voided),
        // From returned: whose it is, is judged anew.
        Move::Open => matches!(from, S::Accepted | S::Returned).then_some(S::Opened),
        Move::Dispatch => waits_for_handlers(from).then_some(S::Dispatched),
        Move::Sign => matches!(from, S::Dispatched | S::Rework).then_some(S::Signed),
        Move::Return => matches!(from, S::Dispatched | S::Signed).then_some(S::Returned),
        Move::RequestExtension | Move::Extend => stays(matches!(from, S::Signed | S::Rework)),
        Move::RequestSuspension => stays(from == S::Signed),
        Move::RefuseRequest => stays(matches!(from, S::Signed | S::Rework)),
        Move::Suspend => (from == S::Signed).then_some(S::Suspended),
        Move::Resume => (from == S::Suspended).then_some(S::Signed),
        Move::Handle => (from == S::Signed).then_some(S::Handled),
        Move::SelfHandle => {
            let found = matches!(from, S::Received | S::Accepted | S::Opened);
            found.then_some(if closes_itself(matter, process) { S::Closed } else { S::Handled })
        }
        Move::Inspect => (from == S::Handled).then_some(S::Inspecting),
        Move::Pass => (from == S::Inspecting).then_some(S::Closed),
        Move::Fail => (from == S::Inspecting).then_some(S::Rework),
        Move::CallBack => (from == S::Closed).then_some(S::Callback),
        Move::Archive => matches!(from, S::Closed | S::Callback).then_some(S::Archived),
        Move::Reopen => matches!(from, S::Closed | S::Callback).then_some(S::Reopened),
        Move::ForceClose => from.takes_reports().then_some(S::ForceClosed),
        Move::CorrectPlace => stays(is_before_feedback(from)),
        Move::CorrectCategory => {
            stays(is_before_feedback(from) || matches!(from, S::Handled | S::Inspecting))
        }
        Move::Split => stays(is_before_feedback(from)),
        Move::Assign | Move::RevokeAssign | Move::Assist => stays(is_at_work(from)),
        Move::Arrive | Move::Whistle => stays(
            matches!(from, S::Accepted | S::PreVerifying) || waits_for_handlers(from) || is_at_work(from),
        ),
        Move::Persuade => stays(is_taken_in(from) || waits_for_handlers(from) || is_at_work(from)),
        Move::ToEnforcement => {
            (from == S::Accepted || waits_for_handlers(from) || is_at_work(from)).then_some(S::Dispatched)
        }
        Move::Transfer => (is_taken_in(from) || waits_for_handlers(from)).then_some(S::Dispatched),
        Move::Escalate | Move::Supervise | Move::Hasten | Move::KeepApart => stays(from.takes_reports()),
        Move::Merge => from.takes_reports().then_some(S::Merged),
        // The state before the merge is kept with the merge; `Received` here only says that the move exists.
        Move::Unmerge => (from == S::Merged).then_some(S::Received),
        Move::Withdraw => {
            from.takes_reports().then(|| if ends_with_its_author(matter) { S::Voided } else { from })
        }
        Move::Object | Move::DismissObjection => stays(matches!(from, S::Rejected | S::Voided)),
        Move::AllowObjection => matches!(from, S::Rejected | S::Voided).then_some(S::Accepted),
        Move::AppealTimeout | Move::AllowAppeal | Move::DismissAppeal => {
            stays(matches!(from, S::Closed | S::Callback | S::Archived))
        }
    }
}

/// Nobody has said yet that there is a problem.
fn is_taken_in(state: State) -> bool {
    matches!(state, State::Received | State::Accepted | State::PreVerifying)
}

fn waits_for_handlers(state: State) -> bool {
    matches!(state, State::Opened | State::Returned | State::Reopened)
}

fn is_at_work(state: State) -> bool {
    matches!(state, State::Dispatched | State::Signed | State::Rework)
}

fn is_before_feedback(state: State) -> bool {
    is_taken_in(state) || waits_for_handlers(state) || is_at_work(state)
}

/// 自行处置 ends where it was done, if closing belongs to whoever owns the loop.
fn closes_itself(matter: &Matter, process: &Process) -> bool {
    process.closing_authority == ClosingAuthority::LoopOwner && matter.runs_in == Loop::SelfHandled
}

/// A withdrawal ends a case only while nobody else follows it, nothing is confirmed and nobody is in danger.
fn ends_with_its_author(matter: &Matter) -> bool {
    matter.followers <= 1 && is_taken_in(matter.state) && !matter.alarmed
}
