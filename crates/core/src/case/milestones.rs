//! Which milestones a move reaches: minute clocks start and end there.

use super::Move;
use crate::clock::Milestone;

/// The milestones that `it` reaches; `enforcing`: the case is in the hands of enforcement; `in_vain`: it is a persuasion
/// that failed. Whoever is sent is told by the dispatch, and the time is the server's.
pub fn milestones(it: Move, enforcing: bool, in_vain: bool) -> &'static [Milestone] {
    match it {
        Move::Dispatch => &[Milestone::Notified],
        Move::Persuade if in_vain => &[Milestone::PersuasionFailed],
        Move::Arrive if enforcing => &[Milestone::EnforcementArrived],
        Move::Arrive => &[Milestone::Arrived],
        // 劝导无效: why else would it be handed over?
        Move::ToEnforcement => &[Milestone::PersuasionFailed],
        Move::AskReporter | Move::CallBack => &[Milestone::Contacted],
        Move::Handle | Move::SelfHandle => &[Milestone::Handled],
        _ => &[],
    }
}
