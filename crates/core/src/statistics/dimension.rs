//! By what figures are told apart.

use serde::{Deserialize, Serialize};

use crate::staff::Level;

/// What a line of statistics is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Dimension {
    /// 镇办: the center that answers for the case.
    Town,
    Segment,
    Community,
    Grid,
    /// The unit that has or had the case. A return, a failed inspection, an extension and a suspension count for the unit
    /// that had it then.
    Unit,
    Category,
}

impl Dimension {
    pub const ALL: [Self; 6] =
        [Self::Town, Self::Segment, Self::Community, Self::Grid, Self::Unit, Self::Category];

    /// The name stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Town => "town",
            Self::Segment => "segment",
            Self::Community => "community",
            Self::Grid => "grid",
            Self::Unit => "unit",
            Self::Category => "category",
        }
    }

    /// The dimension with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.name() == name)
    }

    /// The level whose people see a line of it although they see nothing of the rest of their town.
    pub const fn level(self) -> Option<Level> {
        match self {
            Self::Segment => Some(Level::Segment),
            Self::Community => Some(Level::Community),
            Self::Grid => Some(Level::Grid),
            Self::Town | Self::Unit | Self::Category => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_name_is_the_sent_name() {
        for dimension in Dimension::ALL {
            assert_eq!(serde_json::to_value(dimension).unwrap(), dimension.name());
            assert_eq!(Dimension::from_name(dimension.name()), Some(dimension));
        }
    }
}
