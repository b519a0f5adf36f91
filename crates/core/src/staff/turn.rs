//! A 角 and B 角.

use serde::{Deserialize, Serialize};

/// Whose turn somebody takes in a post that two hold by turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Turn {
    A,
    B,
}

impl Turn {
    /// The name stored and sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::A, Self::B].into_iter().find(|turn| turn.name() == name)
    }
}
