//! What webhooks tell of.

use serde::{Deserialize, Serialize};

use crate::case::State;
use crate::public_view::PublicStatus;

/// A kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EventKind {
    /// There is a new case.
    #[serde(rename = "case.opened")]
    Opened,
    /// It took a step that citizens are told of.
    #[serde(rename = "case.updated")]
    Updated,
    /// It is over.
    #[serde(rename = "case.closed")]
    Closed,
    /// It was over and goes on.
    #[serde(rename = "case.reopened")]
    Reopened,
}

impl EventKind {
    pub const ALL: [Self; 4] = [Self::Opened, Self::Updated, Self::Closed, Self::Reopened];

    /// The name stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opened => "case.opened",
            Self::Updated => "case.updated",
            Self::Closed => "case.closed",
            Self::Reopened => "case.reopened",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What a step is that leads a case from one state to another; a case without an earlier one is new.
    pub fn of(from: Option<State>, to: State) -> Self {
        match (from.map(PublicStatus::of), PublicStatus::of(to)) {
            (None, PublicStatus::Open) => Self::Opened,
            (None | Some(PublicStatus::Open), PublicStatus::Closed) => Self::Closed,
            (Some(PublicStatus::Closed), PublicStatus::Open) => Self::Reopened,
            (Some(PublicStatus::Open), PublicStatus::Open)
            | (Some(PublicStatus::Closed), PublicStatus::Closed) => Self::Updated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_what_it_does_to_the_status() {
        use State as S;
        for (from, to, kind) in [
            (None, S::Received, EventKind::Opened),
            (Some(S::Received), S::Accepted, EventKind::Updated),
            (Some(S::Inspecting), S::Closed, EventKind::Closed),
            (Some(S::Received), S::Merged, EventKind::Closed),
            (Some(S::Closed), S::Archived, EventKind::Updated),
            (Some(S::Closed), S::Reopened, EventKind::Reopened),
            (Some(S::Merged), S::Received, EventKind::Reopened),
        ] {
            assert_eq!(EventKind::of(from, to), kind, "{from:?} {to:?}");
        }
        for kind in EventKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert_eq!(EventKind::from_name(kind.name()), Some(kind));
        }
    }
}
