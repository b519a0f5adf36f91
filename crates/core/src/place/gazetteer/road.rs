//! What is known of a road, and where its house numbers and crossings lie.
//!
//! Radii and confidences are figures of `crates/core/tests/gazetteer.rs`: of held-out addresses answered in one way, the
//! stated share lies within the stated radius.

use super::cloud::{middle, spread};
use crate::place::Wgs84;

/// A known house on a road.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct House {
    pub number: u32,
    /// The second number of 150-16号; 0 without one.
    pub annex: u32,
    pub point: Wgs84,
}

/// A road by its name.
#[derive(Debug, Default)]
pub(super) struct Road {
    pub name: String,
    pub houses: Vec<House>,
    /// Places known to lie on it.
    pub points: Vec<Wgs84>,
    /// Vertices of its segments.
    pub outline: Vec<Wgs84>,
    /// Its segments are a drawing.
    pub schematic: bool,
}

/// A point with the radius it is stated with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Estimate {
    pub point: Wgs84,
    pub radius_meters: f64,
    pub confidence: f64,
}

/// Numbers further apart than this are on another stretch of the road.
const FAR_NUMBERS: u32 = 40;
/// A road is never stated better than this, however close together the known places on it lie.
const LEAST_ROAD_RADIUS: f64 = 300.0;

impl Road {
    /// Where a house number lies: known, between two known ones, or beside the nearest one.
    pub fn house(&self, wanted: u32, annex: u32) -> Option<Estimate> {
        self.known(wanted, annex).or_else(|| self.between(wanted)).or_else(|| self.beside(wanted))
    }

    fn known(&self, wanted: u32, annex: u32) -> Option<Estimate> {
        let same: Vec<&House> = self.houses.iter().filter(|house| house.number == wanted).collect();
        let nearest = same.iter().map(|house| house.annex.abs_diff(annex)).min()?;
        let best: Vec<Wgs84> = same
            .iter()
            .filter(|house| house.annex.abs_diff(annex) == nearest)
            .map(|house| house.point)
            .collect();
        let all: Vec<Wgs84> = same.iter().map(|house| house.point).collect();
        let point = middle(&best)?;
        // One number can be a whole estate; how far its shops lie apart says how large it is.
        let (least, confidence) = if all.len() > 1 { (130.0_f64, 0.85) } else { (160.0, 0.8) };
        let radius_meters = least.max(1.15 * spread(&all, point, 0.8));
        Some(Estimate { point, radius_meters, confidence })
    }

    /// Between the nearest known numbers below and above; those of the same side of the street are believed first.
    fn between(&self, wanted: u32) -> Option<Estimate> {
        let sides = [true, false];
        sides.into_iter().find_map(|same_side| {
            let known = |house: &&House| !same_side || house.number % 2 == wanted % 2;
            let below = self
                .houses
                .iter()
                .filter(known)
                .filter(|house| house.number < wanted)
                .max_by_key(|it| it.number)?;
            let above = self
                .houses
                .iter()
                .filter(known)
                .filter(|house| house.number > wanted)
                .min_by_key(|it| it.number)?;
            let (low, high) = (self.at(below.number)?, self.at(above.number)?);
            let gap = above.number - below.number;
            if gap > 2 * FAR_NUMBERS {
                return None;
            }
            let part = f64::from(wanted - below.number) / f64::from(gap);
            let point = Wgs84::new(
                low.longitude() + (high.longitude() - low.longitude()) * part,
                low.latitude() + (high.latitude() - low.latitude()) * part,
            )
            .ok()?;
            let apart = low.distance_meters(high);
            Some(Estimate { point, radius_meters: 150.0 + 0.75 * apart, confidence: 0.78 })
        })
    }

    fn beside(&self, wanted: u32) -> Option<Estimate> {
        let nearest = self.houses.iter().map(|house| house.number).min_by_key(|it| it.abs_diff(wanted))?;
        let away = nearest.abs_diff(wanted);
        let point = self.at(nearest)?;
        (away <= FAR_NUMBERS).then(|| Estimate {
            point,
            radius_meters: 350.0 + 10.0 * f64::from(away),
            confidence: 0.75,
        })
    }

    fn at(&self, wanted: u32) -> Option<Wgs84> {
        let same = self.houses.iter().filter(|house| house.number == wanted).map(|house| house.point);
        middle(&same.collect::<Vec<_>>())
    }

    /// The road as a whole: its middle, and how far it reaches.
    pub fn whole(&self) -> Option<Estimate> {
        if self.points.len() >= 3 {
            let point = middle(&self.points)?;
            let radius_meters = LEAST_ROAD_RADIUS.max(150.0 + 1.1 * spread(&self.points, point, 0.9));
            return Some(Estimate { point, radius_meters, confidence: 0.85 });
        }
        let known = if self.outline.is_empty() { &self.points } else { &self.outline };
        let point = middle(known)?;
        let radius_meters = LEAST_ROAD_RADIUS.max(150.0 + spread(known, point, 1.0));
        // A drawn road has the name of the real one and not its course.
        let confidence = if self.schematic { 0.25 } else { 0.8 };
        Some(Estimate { point, radius_meters, confidence })
    }

    /// Where it meets `other`: halfway between the places on both that lie closest together, or where segments touch.
    pub fn crossing(&self, other: &Self) -> Option<Estimate> {
        let drawn = self.schematic || other.schematic;
        let by_places = closest(&self.points, &other.points).filter(|(_, apart)| *apart <= 400.0);
        let by_outline = closest(&self.outline, &other.outline).filter(|(_, apart)| *apart <= 30.0);
        let by_places = by_places.map(|(point, apart)| Estimate {
            point,
            radius_meters: if apart <= 150.0 { 210.0 } else { 200.0 + 0.6 * apart },
            confidence: 0.78,
        });
        let by_outline = by_outline.map(|(point, _)| Estimate {
            point,
            radius_meters: if drawn { 600.0 } else { 80.0 },
            confidence: if drawn { 0.25 } else { 0.8 },
        });
        if drawn { by_places.or(by_outline) } else { by_outline.or(by_places) }
    }
}

/// Halfway between the two closest points of two sets, and how far these lie apart in metres.
fn closest(ours: &[Wgs84], theirs: &[Wgs84]) -> Option<(Wgs84, f64)> {
    /// Looks at no more than this many points of each: a main road has hundreds of shops.
    const LOOKED_AT: usize = 400;
    let pairs =
        ours.iter().take(LOOKED_AT).flat_map(|a| theirs.iter().take(LOOKED_AT).map(move |b| (*a, *b)));
    let (a, b) = pairs.min_by(|x, y| x.0.distance_meters(x.1).total_cmp(&y.0.distance_meters(y.1)))?;
    let half = Wgs84::new((a.longitude() + b.longitude()) / 2.0, (a.latitude() + b.latitude()) / 2.0).ok()?;
    Some((half, a.distance_meters(b)))
}

/// Where two roads meet, from places whose addresses name both. One address may tell the wrong side of the street;
/// several that agree hardly do.
pub(super) fn known_crossing(points: &[Wgs84]) -> Option<Estimate> {
    let point = middle(points)?;
    let apart = spread(points, point, 0.8);
    let (radius_meters, confidence) = match points.len() {
        0 | 1 => (190.0, 0.78),
        2 => (140.0_f64.max(1.2 * apart), 0.85),
        _ => (120.0_f64.max(apart), 0.85),
    };
    Some(Estimate { point, radius_meters, confidence })
}
