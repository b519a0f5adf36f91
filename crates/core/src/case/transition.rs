//! Which move leads from which state to which, who may make it and what it must bring along.

use super::{Move, State};
use crate::staff::Role;

/// Why a move is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the move is not allowed in this state")]
    NotFromHere { allowed: Vec<Move> },
    #[error("the role may not make this move")]
    NotYourMove { allowed: Vec<Move> },
}

/// What a move must bring along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Demand {
    pub reason: bool,
    pub assignee: bool,
    pub after_photo: bool,
    /// Words for the reporter: the question, or the answer.
    pub note: bool,
    /// The other case: that it is merged into, or kept apart from.
    pub into: bool,
}

/// The state after `it`, made by somebody with `roles` on a case in `from`.
///
/// # Errors
/// With the moves that are allowed instead, for this state or for these roles.
pub fn transition(from: State, it: Move, roles: &[Role]) -> Result<State, Refusal> {
    let Some(to) = next(from, it) else {
        return Err(Refusal::NotFromHere { allowed: allowed_moves(from, roles) });
    };
    if roles.iter().any(|role| may(*role, it)) {
        Ok(to)
    } else {
        Err(Refusal::NotYourMove { allowed: allowed_moves(from, roles) })
    }
}

/// The moves that somebody with `roles` can make on a case in `from`.
pub fn allowed_moves(from: State, roles: &[Role]) -> Vec<Move> {
    let possible = Move::ALL.into_iter().filter(|it| next(from, *it).is_some());
    possible.filter(|it| roles.iter().any(|role| may(*role, *it))).collect()
}

/// What `it` must bring along. An after-photo is owed at handling: without one nobody could close the case.
pub fn demands(it: Move) -> Demand {
    match it {
        Move::Reject | Move::Void | Move::Return | Move::Fail | Move::Reopen | Move::Unmerge => {
            Demand { reason: true, ..Demand::default() }
        }
        Move::Merge => Demand { reason: true, into: true, ..Demand::default() },
        Move::KeepApart => Demand { into: true, ..Demand::default() },
        Move::Dispatch => Demand { assignee: true, ..Demand::default() },
        Move::Handle => Demand { after_photo: true, ..Demand::default() },
        Move::AskReporter => Demand { note: true, ..Demand::default() },
        _ => Demand::default(),
    }
}

/// The graph of domain reference §4.4: from received to archived, with return, rework, void, reject and merge.
fn next(from: State, it: Move) -> Option<State> {
    use State as S;
    match (it, from) {
        (Move::Accept, S::Received) => Some(S::Accepted),
        (Move::Reject, S::Received | S::Accepted) => Some(S::Rejected),
        (Move::PreVerify, S::Accepted) => Some(S::PreVerifying),
        (Move::AskReporter, S::Accepted | S::PreVerifying) => Some(from),
        (Move::Confirm, S::PreVerifying) => Some(S::Opened),
        (Move::Void, S::PreVerifying) => Some(S::Voided),
        (Move::Open, S::Accepted) => Some(S::Opened),
        (Move::Dispatch, S::Opened | S::Returned | S::Reopened) => Some(S::Dispatched),
        (Move::Sign, S::Dispatched | S::Rework) => Some(S::Signed),
        (Move::Return, S::Dispatched | S::Signed) => Some(S::Returned),
        (Move::Handle, S::Signed) => Some(S::Handled),
        (Move::Inspect, S::Handled) => Some(S::Inspecting),
        (Move::Pass, S::Inspecting) => Some(S::Closed),
        (Move::Fail, S::Inspecting) => Some(S::Rework),
        (Move::CallBack, S::Closed) => Some(S::Callback),
        (Move::Archive, S::Closed | S::Callback) => Some(S::Archived),
        (Move::Reopen, S::Closed | S::Callback) => Some(S::Reopened),
        (Move::Merge, from) if from.takes_reports() => Some(S::Merged),
        (Move::KeepApart, from) if from.takes_reports() => Some(from),
        // The state before the merge is kept with the merge; `Merged` here only says that the move exists.
        (Move::Unmerge, S::Merged) => Some(S::Received),
        _ => None,
    }
}

/// Who may make a move. Closing belongs to the town center and its reviewer (ERQI-05): neither a handler nor the
/// district may pass a case.
fn may(role: Role, it: Move) -> bool {
    use Role as R;
    match it {
        Move::Accept | Move::Reject | Move::PreVerify | Move::Open | Move::AskReporter => {
            matches!(role, R::CenterDispatcher | R::DistrictDispatcher | R::DeskOperator)
        }
        Move::Confirm | Move::Void => matches!(role, R::PreVerifier | R::CenterDispatcher),
        Move::Dispatch | Move::Merge | Move::Unmerge | Move::KeepApart => {
            matches!(role, R::CenterDispatcher | R::DistrictDispatcher)
        }
        Move::Sign | Move::Return | Move::Handle => matches!(
            role,
            R::UnitHandler | R::EnforcementOfficer | R::RoadChief | R::GridWorker | R::CenterDispatcher
        ),
        Move::Inspect => matches!(role, R::Inspector | R::CenterDispatcher),
        Move::Pass | Move::Fail => matches!(role, R::CenterDispatcher | R::Reviewer),
        Move::CallBack | Move::Archive | Move::Reopen => {
            matches!(role, R::CenterDispatcher | R::Reviewer | R::DeskOperator)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENTER: &[Role] = &[Role::CenterDispatcher];

    #[test]
    fn the_straight_way_leads_from_received_to_archived() {
        let way = [
            (Move::Accept, State::Accepted),
            (Move::PreVerify, State::PreVerifying),
            (Move::Confirm, State::Opened),
            (Move::Dispatch, State::Dispatched),
            (Move::Sign, State::Signed),
            (Move::Handle, State::Handled),
            (Move::Inspect, State::Inspecting),
            (Move::Pass, State::Closed),
            (Move::CallBack, State::Callback),
            (Move::Archive, State::Archived),
        ];
        way.into_iter().fold(State::Received, |from, (it, to)| {
            assert_eq!(transition(from, it, CENTER), Ok(to), "{it:?}");
            to
        });
    }

    #[test]
    fn a_failed_inspection_goes_back_to_the_same_unit_and_a_return_to_the_dispatcher() {
        assert_eq!(transition(State::Inspecting, Move::Fail, CENTER), Ok(State::Rework));
        assert_eq!(transition(State::Rework, Move::Sign, CENTER), Ok(State::Signed));
        assert_eq!(transition(State::Signed, Move::Return, CENTER), Ok(State::Returned));
        assert_eq!(transition(State::Returned, Move::Dispatch, CENTER), Ok(State::Dispatched));
        // Only before the first feedback.
        assert!(transition(State::Handled, Move::Return, CENTER).is_err());
    }

    #[test]
    fn closing_leads_only_through_inspection_and_only_by_the_town_center() {
        for from in State::ALL {
            let closes = transition(from, Move::Pass, CENTER) == Ok(State::Closed);
            assert_eq!(closes, from == State::Inspecting, "{from:?}");
        }
        for role in [Role::DistrictDispatcher, Role::UnitHandler, Role::RoadChief, Role::Admin] {
            assert!(matches!(
                transition(State::Inspecting, Move::Pass, &[role]),
                Err(Refusal::NotYourMove { .. })
            ));
        }
    }

    #[test]
    fn a_refused_move_names_the_allowed_ones() {
        let refused = transition(State::Received, Move::Pass, CENTER);
        let allowed = vec![Move::Accept, Move::Reject, Move::Merge, Move::KeepApart];
        assert_eq!(refused, Err(Refusal::NotFromHere { allowed }));
    }

    #[test]
    fn a_terminal_state_has_no_move_but_unmerge() {
        for from in [State::Rejected, State::Voided, State::Archived, State::ForceClosed] {
            assert_eq!(allowed_moves(from, CENTER), vec![], "{from:?}");
        }
        assert_eq!(allowed_moves(State::Merged, CENTER), vec![Move::Unmerge]);
    }
}
