//! How a case stands, in the few words that platforms know.

use crate::case::State;

/// `status` of GeoReport v2: there are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicStatus {
    Open,
    Closed,
}

impl PublicStatus {
    /// The status of a case in `state`: closed is what takes no more reports.
    pub fn of(state: State) -> Self {
        if state.takes_reports() { Self::Open } else { Self::Closed }
    }

    /// The name sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// The status with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::Closed].into_iter().find(|status| status.name() == name)
    }

    /// Names of the states that are closed, as they are stored.
    pub fn closed_states() -> Vec<&'static str> {
        let closed = State::ALL.into_iter().filter(|state| Self::of(*state) == Self::Closed);
        closed.map(State::name).collect()
    }
}

/// The finer status of mySociety's extension, as FixMyStreet reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Open,
    Investigating,
    ActionScheduled,
    InProgress,
    Fixed,
    NoFurtherAction,
    Duplicate,
    Closed,
}

impl Progress {
    /// The progress of a case in `state`.
    pub fn of(state: State) -> Self {
        match state {
            State::Received | State::Returned | State::Reopened => Self::Open,
            State::Accepted | State::PreVerifying => Self::Investigating,
            State::Opened | State::Dispatched | State::Suspended => Self::ActionScheduled,
            State::Signed | State::Rework | State::Handled | State::Inspecting => Self::InProgress,
            State::Closed | State::Callback | State::Archived => Self::Fixed,
            State::Rejected | State::Voided => Self::NoFurtherAction,
            State::Merged => Self::Duplicate,
            State::ForceClosed => Self::Closed,
        }
    }

    /// The name sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Investigating => "investigating",
            Self::ActionScheduled => "action_scheduled",
            Self::InProgress => "in_progress",
            Self::Fixed => "fixed",
            Self::NoFurtherAction => "no_further_action",
            Self::Duplicate => "duplicate",
            Self::Closed => "closed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_standard_calls_closed_is_what_takes_no_more_reports() {
        use State as S;
        let closed = [S::Merged, S::Rejected, S::Voided, S::Closed, S::Callback, S::Archived, S::ForceClosed];
        for state in S::ALL {
            let due = if closed.contains(&state) { "closed" } else { "open" };
            assert_eq!(PublicStatus::of(state).name(), due, "{state:?}");
        }
        assert_eq!(PublicStatus::closed_states().len(), closed.len());
        assert_eq!(PublicStatus::from_name("in_progress"), None, "others sent what they had inside");
    }

    #[test]
    fn open_and_closed_progress_agree_with_the_status() {
        for state in State::ALL {
            let ended = matches!(
                Progress::of(state),
                Progress::Fixed | Progress::NoFurtherAction | Progress::Duplicate | Progress::Closed
            );
            assert_eq!(ended, PublicStatus::of(state) == PublicStatus::Closed, "{state:?}");
        }
    }
}
