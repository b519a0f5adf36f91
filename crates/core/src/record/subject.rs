//! What a record is about.

use serde::{Deserialize, Serialize};

use crate::staff::Level;

/// The sorts of things and people that records are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SubjectKind {
    /// A city as a whole.
    City,
    /// A district: of a city each of them, else the district itself.
    District,
    /// 镇办
    Town,
    Community,
    Grid,
    Segment,
    /// A whole road, in whatever towns it runs.
    Road,
    /// A unit of `units.yaml`.
    Unit,
    /// A member of staff.
    Person,
}

/// One of them, by its code. That of a person is the id of their account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    pub kind: SubjectKind,
    pub code: String,
}

impl SubjectKind {
    pub const ALL: [Self; 9] = [
        Self::City,
        Self::District,
        Self::Town,
        Self::Community,
        Self::Grid,
        Self::Segment,
        Self::Road,
        Self::Unit,
        Self::Person,
    ];

    /// The name stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::District => "district",
            Self::Town => "town",
            Self::Community => "community",
            Self::Grid => "grid",
            Self::Segment => "segment",
            Self::Road => "road",
            Self::Unit => "unit",
            Self::Person => "person",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What people call it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::City => "市",
            Self::District => "区",
            Self::Town => "镇办",
            Self::Community => "社区",
            Self::Grid => "网格",
            Self::Segment => "路段",
            Self::Road => "道路",
            Self::Unit => "单位",
            Self::Person => "个人",
        }
    }

    /// The level of area that it is, where it is one.
    pub const fn level(self) -> Option<Level> {
        match self {
            Self::City => Some(Level::City),
            Self::District => Some(Level::District),
            Self::Town => Some(Level::Town),
            Self::Community => Some(Level::Community),
            Self::Grid => Some(Level::Grid),
            Self::Segment => Some(Level::Segment),
            Self::Road | Self::Unit | Self::Person => None,
        }
    }
}

impl Subject {
    pub fn new(kind: SubjectKind, code: impl Into<String>) -> Self {
        Self { kind, code: code.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_name_is_the_sent_name() {
        for kind in SubjectKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert_eq!(SubjectKind::from_name(kind.name()), Some(kind));
        }
    }
}
