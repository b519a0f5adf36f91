//! What was counted of a case, and what that adds to the roll-ups.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Dimension, Figures};
use crate::period::{Cycle, Period};

/// Whom a case counts for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Place {
    pub center: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid: Option<String>,
    /// The unit that has or had it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    pub category: String,
}

/// What a case counts on one day for one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    pub day: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    pub figures: Figures,
}

/// All that a case counts; stored beside the roll-ups, so that it can be taken from them again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counted {
    pub place: Place,
    pub tallies: Vec<Tally>,
}

/// A row of the roll-ups.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RollUpKey {
    /// A day or a month; longer periods are sums of months, the others of days.
    pub cycle: Cycle,
    pub first_day: NaiveDate,
    pub dimension: Dimension,
    pub center: String,
    /// What the row is about; of towns the center again.
    pub code: String,
}

/// The cycles that roll-ups are kept for.
const KEPT: [Cycle; 2] = [Cycle::Day, Cycle::Month];

/// What changes in the roll-ups when a case that counted `before` counts `after`. Added to `changes`, so that many cases
/// become few rows.
pub fn changes(
    before: Option<&Counted>,
    after: Option<&Counted>,
    changes: &mut BTreeMap<RollUpKey, Figures>,
) {
    if before == after {
        return;
    }
    if let Some(counted) = before {
        counted.each(|key, figures| *changes.entry(key).or_default() -= figures);
    }
    if let Some(counted) = after {
        counted.each(|key, figures| *changes.entry(key).or_default() += figures);
    }
}

impl Counted {
    /// Every row of the roll-ups that it is a part of.
    fn each(&self, mut add: impl FnMut(RollUpKey, Figures)) {
        let Place { center, segment, community, grid, category, .. } = &self.place;
        for Tally { day, unit, figures } in &self.tallies {
            let parts = [
                (Dimension::Town, Some(center)),
                (Dimension::Segment, segment.as_ref()),
                (Dimension::Community, community.as_ref()),
                (Dimension::Grid, grid.as_ref()),
                (Dimension::Unit, unit.as_ref()),
                (Dimension::Category, Some(category)),
            ];
            for (dimension, code) in parts {
                let Some(code) = code else { continue };
                for cycle in KEPT {
                    let key = RollUpKey {
                        cycle,
                        first_day: Period::of(cycle, *day).first_day(),
                        dimension,
                        center: center.clone(),
                        code: code.clone(),
                    };
                    add(key, *figures);
                }
            }
        }
    }
}
