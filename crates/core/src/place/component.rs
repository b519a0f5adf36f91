//! 部件: public facilities with a number, an owner and an exact position.

use std::collections::HashMap;

use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};
use serde::{Deserialize, Serialize};

use super::Wgs84;

/// A facility of the registry; `components.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// The one number it has everywhere; the ownership mark (产权标识) is `owner`.
    pub no: String,
    /// Such as `manhole`, `tree` or `lamp`; what [`crate::category::Category::component`] names.
    pub kind: String,
    /// Code of the unit that owns it.
    pub owner: String,
    pub point: Wgs84,
    /// How far its stored position may be off, in metres.
    pub accuracy_meters: f64,
    /// The chip of a street tree.
    #[serde(default)]
    pub chip: Option<String>,
}

/// The components, ready to be matched.
#[derive(Debug, Default)]
pub struct ComponentIndex {
    by_no: HashMap<String, usize>,
    tree: RTree<GeomWithData<[f64; 2], usize>>,
}

/// What a report is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Match<'a> {
    /// The reporter gave its number.
    Named(&'a Component),
    /// The only one of its kind within reach, or by far the nearest.
    Nearest { component: &'a Component, meters: f64 },
    /// Several could be meant, nearest first.
    Several(Vec<&'a Component>),
    /// None of this kind is near, or none is registered.
    None,
}

/// The least reach of a report, in metres: a lid is as wide as a telephone's error.
const LEAST_REACH_METERS: f64 = 10.0;
/// How many times as far as the nearest the next one must be for the nearest to be meant.
const CLEARLY_NEARER: f64 = 2.0;
/// A degree of latitude, in metres, rounded down so that boxes are never too small.
const METERS_PER_DEGREE: f64 = 110_500.0;

impl ComponentIndex {
    pub fn new(components: &[Component]) -> Self {
        let entry = |(position, it): (usize, &Component)| {
            GeomWithData::new([it.point.longitude(), it.point.latitude()], position)
        };
        Self {
            by_no: components.iter().enumerate().map(|(position, it)| (it.no.clone(), position)).collect(),
            tree: RTree::bulk_load(components.iter().enumerate().map(entry).collect()),
        }
    }

    /// The component with this number.
    pub fn named<'a>(&self, components: &'a [Component], no: &str) -> Option<&'a Component> {
        components.get(*self.by_no.get(no)?)
    }

    /// The component of `kind` that a report at `point` means: one within the report's accuracy and its own.
    pub fn near<'a>(
        &self,
        components: &'a [Component],
        kind: &str,
        point: Wgs84,
        accuracy_meters: f64,
    ) -> Match<'a> {
        let reach = accuracy_meters.max(LEAST_REACH_METERS);
        let mut found: Vec<(f64, &Component)> = self
            .tree
            .locate_in_envelope(&around(point, reach + LEAST_REACH_METERS))
            .filter_map(|entry| components.get(entry.data))
            .filter(|it| it.kind == kind)
            .map(|it| (it.point.distance_meters(point), it))
            .filter(|(meters, it)| *meters <= reach + it.accuracy_meters.min(LEAST_REACH_METERS))
            .collect();
        found.sort_by(|(a, one), (b, other)| a.total_cmp(b).then_with(|| one.no.cmp(&other.no)));
        match found.as_slice() {
            [] => Match::None,
            [(meters, component)] => Match::Nearest { component, meters: *meters },
            [(meters, component), (next, _), ..] if *next > CLEARLY_NEARER * meters.max(1.0) => {
                Match::Nearest { component, meters: *meters }
            }
            several => Match::Several(several.iter().map(|(_, it)| *it).collect()),
        }
    }
}

fn around(point: Wgs84, meters: f64) -> AABB<[f64; 2]> {
    let north = meters / METERS_PER_DEGREE;
    let east = north / point.latitude().to_radians().cos().max(0.01);
    AABB::from_corners(
        [point.longitude() - east, point.latitude() - north],
        [point.longitude() + east, point.latitude() + north],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lid(no: &str, kind: &str, east: f64) -> Component {
        let point = Wgs84::new(113.03, 34.45).unwrap().offset_meters(east, 0.0);
        Component {
            no: no.into(),
            kind: kind.into(),
            owner: "water".into(),
            point,
            accuracy_meters: 1.0,
            chip: None,
        }
    }

    #[test]
    fn a_report_matches_the_lid_it_stands_at_and_not_one_of_two() {
        let registry = [lid("1", "manhole", 0.0), lid("2", "manhole", 30.0), lid("3", "lamp", 1.0)];
        let index = ComponentIndex::new(&registry);
        let at = |east: f64| Wgs84::new(113.03, 34.45).unwrap().offset_meters(east, 0.0);
        let found = |east: f64, accuracy| match index.near(&registry, "manhole", at(east), accuracy) {
            Match::Nearest { component, .. } => component.no.clone(),
            Match::Several(several) => format!("{} could be meant", several.len()),
            other => format!("{other:?}"),
        };
        for (what, east, accuracy, expected) in [
            ("beside it", 2.0, 5.0, "1"),
            ("beside the other", 29.0, 5.0, "2"),
            ("clearly nearer to one, with a poor position", 3.0, 40.0, "1"),
            ("between two, with a poor position", 14.0, 40.0, "2 could be meant"),
            ("out of reach", 100.0, 20.0, "None"),
        ] {
            assert_eq!(found(east, accuracy), expected, "{what}");
        }
        assert_eq!(index.named(&registry, "3").map(|it| it.kind.as_str()), Some("lamp"));
        assert_eq!(index.named(&registry, "4"), None);
    }
}
