//! The areas of a plan, ready to be asked where a point lies.

use std::collections::HashMap;

use super::RulebookData;
use crate::place::{AreaIndex, AreaKind, ComponentIndex, Region, Road, RoadClass, Wgs84};
use crate::staff::Level;

/// Indexes over regions, roads and components.
#[derive(Debug)]
pub(super) struct Places {
    regions: HashMap<String, usize>,
    grids: Layer,
    communities: Layer,
    roads: HashMap<String, RoadClass>,
    pub components: ComponentIndex,
}

/// The regions of one level that have a geometry.
#[derive(Debug)]
struct Layer {
    positions: Vec<usize>,
    index: AreaIndex,
}

impl Places {
    pub fn new(data: &RulebookData) -> Self {
        let regions = &data.plan.regions;
        Self {
            regions: regions.iter().enumerate().map(|(position, it)| (it.code.clone(), position)).collect(),
            grids: Layer::new(regions, Level::Grid),
            communities: Layer::new(regions, Level::Community),
            roads: data.plan.roads.iter().map(|Road { code, class, .. }| (code.clone(), *class)).collect(),
            components: ComponentIndex::new(&data.plan.components),
        }
    }

    pub fn region<'a>(&self, data: &'a RulebookData, code: &str) -> Option<&'a Region> {
        data.plan.regions.get(*self.regions.get(code)?)
    }

    pub fn grid_at<'a>(&self, data: &'a RulebookData, point: Wgs84) -> Option<&'a Region> {
        data.plan.regions.get(self.grids.find(point)?)
    }

    pub fn community_at<'a>(&self, data: &'a RulebookData, point: Wgs84) -> Option<&'a Region> {
        data.plan.regions.get(self.communities.find(point)?)
    }

    pub fn road_class(&self, road: &str) -> Option<RoadClass> {
        self.roads.get(road).copied()
    }
}

impl Layer {
    fn new(regions: &[Region], level: Level) -> Self {
        let of_level = || regions.iter().enumerate().filter(move |(_, region)| region.level == level);
        Self {
            positions: of_level().map(|(position, _)| position).collect(),
            index: AreaIndex::new(of_level().map(|(_, region)| &region.geometry)),
        }
    }

    fn find(&self, point: Wgs84) -> Option<usize> {
        self.positions.get(self.index.find(point)?).copied()
    }
}

/// What the ground is used for: by its grid, and by the class of its road.
pub(super) fn area_kinds(grid: Option<&Region>, road: Option<RoadClass>) -> Vec<AreaKind> {
    let back_street = (road == Some(RoadClass::BackStreet)).then_some(AreaKind::BackStreet);
    grid.and_then(|grid| grid.kind).into_iter().chain(back_street).collect()
}
