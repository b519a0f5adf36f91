//! The stages of a case, each with its own clock.

use serde::{Deserialize, Serialize};

use super::{ClockKind, State};

/// What a case waits for; the `dueKind` of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    Accept,
    PreVerify,
    Dispatch,
    Sign,
    Handle,
    Inspect,
    CallBack,
}

impl Stage {
    /// The stage whose clock runs in `state`; `None` where none does.
    pub fn of(state: State) -> Option<Self> {
        match state {
            State::Received => Some(Self::Accept),
            State::Accepted | State::PreVerifying => Some(Self::PreVerify),
            State::Opened | State::Returned | State::Reopened => Some(Self::Dispatch),
            State::Dispatched => Some(Self::Sign),
            State::Signed | State::Rework => Some(Self::Handle),
            State::Handled | State::Inspecting => Some(Self::Inspect),
            State::Closed | State::Callback => Some(Self::CallBack),
            State::Merged
            | State::Rejected
            | State::Voided
            | State::Suspended
            | State::Archived
            | State::ForceClosed => None,
        }
    }

    /// The name stored and sent.
    pub fn name(self) -> &'static str {
        ClockKind::from(self).name()
    }
}
