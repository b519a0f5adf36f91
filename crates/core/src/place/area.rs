//! The areas of a district: towns with their centers, and road segments.

use serde::{Deserialize, Serialize};

use super::MultiPolygon;

/// A town-level center (镇办数字化城管中心) or the district's own: the office that answers for a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Center {
    /// Nine digits for a town; the district's own center has the district's six digits and `000`.
    pub code: String,
    pub name: String,
}

/// A town or subdistrict (镇办) with its center.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Town {
    pub code: String,
    pub name: String,
    pub center_name: String,
    pub geometry: MultiPolygon,
}

impl Town {
    /// The center that answers for this town.
    pub fn center(&self) -> Center {
        Center { code: self.code.clone(), name: self.center_name.clone() }
    }
}

/// A numbered road segment (路段), the unit of the road-chief system: 291 of them in 二七区 (ERQI-01).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    pub code: String,
    pub name: String,
    pub road_code: String,
    pub road_name: String,
    pub town_code: String,
    pub geometry: MultiPolygon,
}
