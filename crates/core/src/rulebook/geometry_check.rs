//! Whether the areas of a rulebook cover their ground: overlaps are faults, gaps are told.

use super::RulebookData;
use super::fault::Fault;
use super::source::{OUTLINE, SEGMENTS, TOWNS};
use crate::place::coverage::{Patch, measure};
use crate::place::{MultiPolygon, Region};
use crate::staff::Level;

/// What a look at the ground finds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Geometry {
    /// Ground that two areas of one level claim.
    pub faults: Vec<Fault>,
    /// Ground of the outline that no town covers: reports from there wait for the district center.
    pub warnings: Vec<Fault>,
    /// Square kilometres of each town, in their order.
    pub town_km2: Vec<f64>,
}

/// Measures towns against `outline`, segments, communities and grids.
pub fn check(data: &RulebookData, outline: Option<&MultiPolygon>) -> Geometry {
    let mut found = Geometry::default();
    let towns: Vec<&MultiPolygon> = data.towns.iter().map(|town| &town.geometry).collect();
    let covered = measure(&towns, outline);
    found.town_km2 = covered.areas.iter().map(|m2| m2 / 1e6).collect();
    let name = |position: usize| data.towns.get(position).map_or("", |town| town.code.as_str());
    found.faults.extend(covered.overlaps.iter().map(|patch| overlap(TOWNS, patch, name)));
    found.warnings.extend(covered.gaps.iter().map(|patch| {
        let words = format!(
            "{} m² of it lie in no town, for example at {}: widen a town or correct the outline",
            round(patch.square_meters),
            at(patch)
        );
        Fault::new(OUTLINE, None, words)
    }));
    let segments: Vec<&MultiPolygon> = data.segments.iter().map(|segment| &segment.geometry).collect();
    let name = |position: usize| data.segments.get(position).map_or("", |segment| segment.code.as_str());
    found.faults.extend(measure(&segments, None).overlaps.iter().map(|patch| overlap(SEGMENTS, patch, name)));
    for (level, file) in
        [(Level::Community, "areas/communities.geojson"), (Level::Grid, "areas/grids.geojson")]
    {
        let of_level: Vec<&Region> =
            data.plan.regions.iter().filter(|region| region.level == level).collect();
        let grounds: Vec<&MultiPolygon> = of_level.iter().map(|region| &region.geometry).collect();
        let name = |position: usize| of_level.get(position).map_or("", |region| region.code.as_str());
        found.faults.extend(measure(&grounds, None).overlaps.iter().map(|patch| overlap(file, patch, name)));
    }
    found
}

fn overlap<'a>(file: &str, patch: &Patch, name: impl Fn(usize) -> &'a str) -> Fault {
    let names: Vec<&str> = patch.areas.iter().map(|position| name(*position)).collect();
    let words = format!(
        "`{}` overlap by {} m², for example at {}: correct the border",
        names.join("` and `"),
        round(patch.square_meters),
        at(patch)
    );
    Fault::new(file, None, words)
}

fn at(patch: &Patch) -> String {
    format!("{:.5}, {:.5}", patch.at.longitude(), patch.at.latitude())
}

fn round(square_meters: f64) -> String {
    format!("{square_meters:.0}")
}
