//! A place that words name.

use serde::{Deserialize, Serialize};

use crate::place::Wgs84;

/// What kind of words named the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlaceKind {
    /// 地标: 二七塔.
    Landmark,
    /// 门店
    Shop,
    /// 门牌号 on a road.
    HouseNumber,
    /// Where two roads meet.
    Crossing,
    Road,
    Town,
}

/// A place with a name of its own, as the rulebook's `gazetteer.csv` lists it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamedPlace {
    pub name: String,
    /// [`PlaceKind::Landmark`] or [`PlaceKind::Shop`].
    pub kind: PlaceKind,
    pub address: Option<String>,
    pub point: Wgs84,
    /// How far the place reaches, or how well its point is known, in metres; absent for one known to a house.
    pub radius_meters: Option<f64>,
}

/// What words were resolved to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    pub name: String,
    pub kind: PlaceKind,
    pub point: Wgs84,
    /// The place lies within this many metres of the point with the probability `confidence`.
    pub radius_meters: f64,
    /// 0 to 1.
    pub confidence: f64,
    /// The part of the text that said so, as it is compared: one script, half width, no blanks.
    pub matched: String,
}

/// When words are enough to act on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// From this confidence on, a report without coordinates gets the place its words name.
    pub resolve_from: f64,
    /// And only when the place is stated to within this many metres: a road is no place to send anybody to.
    pub resolve_within_meters: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { resolve_from: 0.75, resolve_within_meters: 200.0 }
    }
}

impl Settings {
    /// Whether a report may be given this place.
    pub fn trusts(&self, place: &Place) -> bool {
        place.confidence >= self.resolve_from && place.radius_meters <= self.resolve_within_meters
    }
}
