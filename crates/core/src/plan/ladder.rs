//! The escalation ladder: who is told next when a problem is too big, or a clock has run out.

use serde::{Deserialize, Serialize};

use crate::staff::Level;

/// 一般、突出、重大: how high a problem is solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tier {
    /// 一般问题
    General,
    /// 突出问题
    Prominent,
    /// 重大问题
    Major,
}

/// A step of the ladder, from the street upward; one entry of `escalation.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rung {
    pub level: Level,
    pub name: String,
    pub recipient: Recipient,
    /// The highest tier that is solved here; absent in plans without tiers.
    #[serde(default)]
    pub tier: Option<Tier>,
}

/// Who a step goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Recipient {
    /// Whoever holds this post in the place.
    Post(String),
    /// Whoever holds one of these posts in the place, the first one that has somebody.
    Posts(Vec<String>),
    /// A unit.
    Unit(String),
    /// The center that answers for the place.
    TownCenter,
    /// The center of the place's district.
    DistrictCenter,
    /// The center of the whole jurisdiction.
    TopCenter,
}

impl Recipient {
    /// The posts it names.
    pub fn posts(&self) -> &[String] {
        match self {
            Self::Post(post) => std::slice::from_ref(post),
            Self::Posts(posts) => posts,
            Self::Unit(_) | Self::TownCenter | Self::DistrictCenter | Self::TopCenter => &[],
        }
    }
}

/// The position of the rung that `to` asks for, seen from `from`: only upward, and never beyond the top.
///
/// `to` of `None` is the next one.
pub fn next_rung(ladder: &[Rung], from: Option<usize>, to: Option<Level>) -> Option<usize> {
    let first = from.map_or(0, |from| from + 1);
    let mut above = ladder.iter().enumerate().skip(first);
    above.find(|(_, rung)| to.is_none_or(|level| rung.level == level)).map(|(position, _)| position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_only_climbs() {
        let rung = |level| Rung { level, name: String::new(), recipient: Recipient::TownCenter, tier: None };
        let ladder = [rung(Level::Segment), rung(Level::Town), rung(Level::District)];
        for (from, to, expected) in [
            (None, None, Some(0)),
            (Some(0), None, Some(1)),
            (Some(0), Some(Level::District), Some(2)),
            (Some(1), Some(Level::Segment), None),
            (Some(1), Some(Level::Town), None),
            (Some(2), None, None),
        ] {
            assert_eq!(next_rung(&ladder, from, to), expected, "{from:?} {to:?}");
        }
    }
}
