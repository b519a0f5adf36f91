//! What is done once a day: overdue patrols are told, and leaders read a digest (日报告).

use serde::{Deserialize, Serialize};

use super::Recipient;
use crate::clock::TimeOfDay;

/// 巡查: how patrols are written down and told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Patrols {
    /// A patrol is written down at most so many days after it began.
    pub recorded_within_days: u32,
    /// Whether overdue patrols are told by mail, once, on the day after their period.
    pub tell: bool,
    /// From what time of day on.
    pub tell_at: TimeOfDay,
}

/// 日报告: what leaders are told of the day before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Digest {
    /// From what time of the next day on it is made.
    pub at: TimeOfDay,
    /// Who gets it by mail: each the digest of the area that they stand for.
    pub recipients: Vec<Recipient>,
    /// So many categories are named, those with the most overdue cases first.
    pub categories: u32,
}

impl Default for Patrols {
    fn default() -> Self {
        Self { recorded_within_days: 7, tell: true, tell_at: TimeOfDay::EIGHT }
    }
}

impl Default for Digest {
    fn default() -> Self {
        let recipients = vec![Recipient::TownCenter, Recipient::DistrictCenter, Recipient::TopCenter];
        Self { at: TimeOfDay::EIGHT, recipients, categories: 5 }
    }
}
