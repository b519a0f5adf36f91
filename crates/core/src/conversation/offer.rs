//! A case that may be the same problem, offered to choose.

use chrono::Duration;
use serde::{Deserialize, Serialize};

/// One choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    pub case_number: String,
    pub distance_meters: Option<f64>,
    pub age_minutes: i64,
    /// How it stands, in a word.
    pub status: Option<String>,
}

impl Offer {
    /// One line: how far, how old, how it stands.
    pub(super) fn line(&self) -> String {
        let meters = self.distance_meters.map(|meters| format!("相距约 {:.0} 米", meters.max(1.0)));
        let age = Duration::minutes(self.age_minutes.max(1));
        let age = if age.num_days() > 0 {
            format!("{} 天前报的", age.num_days())
        } else if age.num_hours() > 0 {
            format!("{} 小时前报的", age.num_hours())
        } else {
            format!("{} 分钟前报的", age.num_minutes())
        };
        let parts: Vec<String> = meters.into_iter().chain([age]).chain(self.status.clone()).collect();
        parts.join("，")
    }
}
