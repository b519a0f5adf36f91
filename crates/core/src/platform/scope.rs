//! What a key is good for.

use serde::{Deserialize, Serialize};

/// One thing that a key allows. What anybody may do needs none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Filing service requests over Open311.
    #[serde(rename = "open311:write")]
    Open311Write,
    /// Reading what became of the own service requests, and adding to them.
    #[serde(rename = "updates")]
    Updates,
    /// Readings of devices (物联网).
    #[serde(rename = "device")]
    Device,
    /// Findings in bulk, on behalf of the account that the platform acts for.
    #[serde(rename = "bulk")]
    Bulk,
    /// Being told by webhooks.
    #[serde(rename = "webhooks")]
    Webhooks,
}

impl Scope {
    pub const ALL: [Self; 5] = [Self::Open311Write, Self::Updates, Self::Device, Self::Bulk, Self::Webhooks];

    /// The name stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open311Write => "open311:write",
            Self::Updates => "updates",
            Self::Device => "device",
            Self::Bulk => "bulk",
            Self::Webhooks => "webhooks",
        }
    }

    /// The scope with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_name_is_the_sent_name() {
        for scope in Scope::ALL {
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.name());
            assert_eq!(Scope::from_name(scope.name()), Some(scope));
        }
        assert_eq!(Scope::from_name("admin"), None);
    }
}
