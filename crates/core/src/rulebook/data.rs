//! The data of a rulebook as it is stored.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::gazetteer::GazetteerData;
use crate::category::{Category, Family};
use crate::clock::{Calendar, Limit};
use crate::dedup::Policy;
use crate::notice::Occasion;
use crate::place::{Segment, Town};
use crate::plan::Plan;
use crate::safety::Danger;

/// One version of a jurisdiction's rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RulebookData {
    /// Name of the jurisdiction's folder, such as `erqi`.
    pub code: String,
    pub name: String,
    pub version: String,
    /// The shipped geometry is a drawing, not the real boundaries.
    pub schematic: bool,
    pub district: District,
    pub towns: Vec<Town>,
    pub segments: Vec<Segment>,
    pub categories: Vec<Category>,
    pub families: Vec<Family>,
    pub dedup: Policy,
    pub clocks: Clocks,
    pub calendar: Calendar,
    pub dangers: Vec<Danger>,
    pub notices: Vec<Occasion>,
    pub duties: Vec<Duty>,
    /// Named places; none in a rulebook stored before there were any.
    #[serde(default)]
    pub gazetteer: GazetteerData,
    /// From which day on it holds, at midnight (UTC+8); absent: as soon as it is loaded.
    #[serde(default)]
    pub effective_from: Option<NaiveDate>,
    #[serde(default)]
    pub plan: Plan,
}

/// The district a rulebook is for, or the city.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct District {
    /// Six digits (GB/T 2260); those of a city end in `00`.
    pub code: String,
    pub name: String,
    pub center_name: String,
    /// The number residents call.
    pub hotline: String,
}

/// The limits of the stages around handling; the handling limit belongs to the category.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Clocks {
    pub accept: Limit,
    pub accept_urgent: Limit,
    pub pre_verify: Limit,
    pub pre_verify_urgent: Limit,
    pub dispatch: Limit,
    pub sign: Limit,
    pub sign_urgent: Limit,
    pub inspect: Limit,
    pub call_back: Limit,
    /// Handling of a case that nobody has classified yet.
    pub handle_unclassified: Limit,
}

/// Where a center is alarmed when words of danger come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Duty {
    /// Code of the center, or `*` for every center without an entry of its own.
    pub center: String,
    pub email: String,
}
