//! How long the periods of a plan are.

use serde::{Deserialize, Serialize};

/// The cycles of the plans, the shortest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cycle {
    Day,
    /// ISO week.
    Week,
    /// 旬: 1–10, 11–20, 21 to the end.
    TenDays,
    /// 1–15, 16 to the end.
    HalfMonth,
    Month,
    Quarter,
    Year,
}

impl Cycle {
    pub const ALL: [Self; 7] =
        [Self::Day, Self::Week, Self::TenDays, Self::HalfMonth, Self::Month, Self::Quarter, Self::Year];

    /// The name stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::TenDays => "tenDays",
            Self::HalfMonth => "halfMonth",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The cycle with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cycle| cycle.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_name_is_the_sent_name() {
        for cycle in Cycle::ALL {
            assert_eq!(serde_json::to_value(cycle).unwrap(), cycle.name());
            assert_eq!(Cycle::from_name(cycle.name()), Some(cycle));
        }
    }
}
