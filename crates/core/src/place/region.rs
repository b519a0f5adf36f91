//! Areas besides towns and segments: districts of a city, communities, grids, zones; and the roads.

use serde::{Deserialize, Serialize};

use super::{Center, MultiPolygon, Wgs84};
use crate::staff::Level;

/// What a piece of ground is used for; clocks and staffing depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AreaKind {
    /// 居民区
    Residential,
    /// 商业区、公共区
    CommercialPublic,
    /// 海边
    Seaside,
    /// 工地
    Site,
    /// 背街小巷、偏街背巷
    BackStreet,
}

/// How closely an area is watched: 重点、双重、一般 (assistants per km²).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WatchClass {
    /// 重点区域
    Key,
    /// 双重区域
    Double,
    /// 一般区域
    General,
}

impl WatchClass {
    /// The fewest assistants (协管员) a km² of it has (ERQI-13, ZZ-15).
    pub fn assistants_per_km2(self) -> u32 {
        match self {
            Self::Key => 30,
            Self::Double => 20,
            Self::General => 10,
        }
    }

    /// How many assistants an area of so many km² lacks; none when it has enough.
    pub fn assistants_missing(self, km2: f64, present: u32) -> f64 {
        (f64::from(self.assistants_per_km2()) * km2 - f64::from(present)).ceil().max(0.0)
    }
}

/// A district of a city, a community or a grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    pub code: String,
    pub name: String,
    pub level: Level,
    /// Code of the area that it is a part of.
    pub parent: String,
    /// What the ground is used for; grids have one.
    #[serde(default)]
    pub kind: Option<AreaKind>,
    /// Empty where only a list of codes is known.
    #[serde(default)]
    pub geometry: MultiPolygon,
}

/// What a zone is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ZoneKind {
    /// Another center answers here than the town's.
    Override,
    /// 巡区: cases in it are marked as in a hot zone.
    Patrol,
    /// 城警联勤工作站: a point with its reach.
    PoliceStation,
    /// 重点、双重、一般区域
    Watch,
    /// 特色街道
    FeatureStreet,
}

/// A named piece of ground that cuts across towns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Zone {
    pub code: String,
    pub name: String,
    pub kind: ZoneKind,
    /// The center that answers in an override zone: nine digits and a name.
    #[serde(default)]
    pub center: Option<Center>,
    /// The unit that leads in an override zone.
    #[serde(default)]
    pub lead: Option<String>,
    /// Classes of road the override holds for; empty: all of its ground.
    #[serde(default)]
    pub road_classes: Vec<RoadClass>,
    #[serde(default)]
    pub watch: Option<WatchClass>,
    pub geometry: MultiPolygon,
}

/// How important a road is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RoadClass {
    /// 主干道
    Main,
    /// 次干道
    Secondary,
    /// 支路
    Branch,
    /// 背街小巷
    BackStreet,
}

/// A road and its class; `areas/roads.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Road {
    pub code: String,
    pub name: String,
    pub class: RoadClass,
}

impl Zone {
    /// Whether an override holds at `point` on a road of `class`: on unknown roads it does not where it names classes.
    pub fn overrides(&self, point: Wgs84, class: Option<RoadClass>) -> bool {
        self.kind == ZoneKind::Override
            && self.center.is_some()
            && (self.road_classes.is_empty() || class.is_some_and(|class| self.road_classes.contains(&class)))
            && self.geometry.contains(point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assistants_are_counted_by_area_and_class() {
        for (class, km2, present, missing) in [
            (WatchClass::Key, 2.0, 60, 0.0),
            (WatchClass::Key, 2.0, 59, 1.0),
            (WatchClass::Double, 1.5, 30, 0.0),
            (WatchClass::Double, 1.5, 20, 10.0),
            (WatchClass::General, 0.25, 2, 1.0),
            (WatchClass::General, 0.25, 30, 0.0),
        ] {
            assert_eq!(class.assistants_missing(km2, present), missing, "{class:?} {km2} {present}");
        }
    }
}
