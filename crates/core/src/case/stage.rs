//! The stages of a case, each with its own clock.

use serde::{Deserialize, Serialize};

use super::State;

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
    pub const ALL: [Self; 7] = [
        Self::Accept,
        Self::PreVerify,
        Self::Dispatch,
        Self::Sign,
        Self::Handle,
        Self::Inspect,
        Self::CallBack,
    ];

    /// The stage with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }

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
        match self {
            Self::Accept => "accept",
            Self::PreVerify => "preVerify",
            Self::Dispatch => "dispatch",
            Self::Sign => "sign",
            Self::Handle => "handle",
            Self::Inspect => "inspect",
            Self::CallBack => "callBack",
        }
    }
}
