//! What lies in what: segments, grids and communities in towns, towns in districts, districts in the city.

use crate::rulebook::Rulebook;
use crate::staff::{Grant, Level};

/// Parts lie in at most so many wholes: grid, community, town, district, city.
const DEEPEST: usize = 8;

/// The area with all that it is a part of, from itself upward, each with its level; empty for a code that nobody knows.
pub fn above(rules: &Rulebook, code: &str) -> Vec<(Level, String)> {
    let mut chain = Vec::new();
    let mut next = Some(code.to_owned());
    while let Some(code) = next.filter(|_| chain.len() < DEEPEST) {
        let Some((level, parent)) = known(rules, &code) else { break };
        chain.push((level, code));
        next = parent;
    }
    chain
}

/// Level of a known area, and the area that it is a part of.
fn known(rules: &Rulebook, code: &str) -> Option<(Level, Option<String>)> {
    let whole = &rules.data().district.code;
    if code == whole {
        return Some((rules.top_level(), None));
    }
    if let Some(segment) = rules.segment(code) {
        return Some((Level::Segment, Some(segment.town_code.clone())));
    }
    if rules.town(code).is_some() {
        return Some((Level::Town, Some(district_of(rules, code))));
    }
    rules.region(code).map(|region| (region.level, Some(region.parent.clone())))
}

/// The district that a town is in: of its own number where the rulebook is a city's.
fn district_of(rules: &Rulebook, town: &str) -> String {
    let own = town.get(..6).filter(|code| rules.region(code).is_some());
    own.unwrap_or(&rules.data().district.code).to_owned()
}

/// Codes of all areas that somebody was in who walked `area`: itself and what it is a part of; of a road each of its
/// segments. Empty for a code that is neither area nor road.
pub fn reach(rules: &Rulebook, area: &str) -> Vec<String> {
    let chain = above(rules, area);
    if !chain.is_empty() {
        return chain.into_iter().map(|(_, code)| code).collect();
    }
    let of_road = rules.data().segments.iter().filter(|segment| segment.road_code == area);
    let mut codes: Vec<String> =
        of_road.flat_map(|segment| above(rules, &segment.code)).map(|(_, code)| code).collect();
    codes.sort();
    codes.dedup();
    codes
}

/// The center that answers for an area: its town's, else that of its district or of the whole.
pub fn center_of(rules: &Rulebook, area: &str) -> Option<String> {
    let chain = above(rules, area);
    let of = |wanted: Level| chain.iter().find(|(level, _)| *level == wanted).map(|(_, code)| code);
    let district = || of(Level::District).filter(|code| **code != rules.data().district.code);
    match (of(Level::Town), district()) {
        (Some(town), _) => Some(town.clone()),
        (None, Some(district)) => Some(format!("{district}000")),
        (None, None) => chain.first().map(|_| rules.district_center().code),
    }
}

/// The name of an area or a road; its code where later rules have no name for it any more.
pub fn name_of(rules: &Rulebook, code: &str) -> String {
    let data = rules.data();
    let segment = || rules.segment(code).map(|segment| segment.name.clone());
    let town = || rules.town(code).map(|town| town.name.clone());
    let region = || rules.region(code).map(|region| region.name.clone());
    let road = || data.segments.iter().find(|it| it.road_code == code).map(|it| it.road_name.clone());
    let whole = (data.district.code == code).then(|| data.district.name.clone());
    whole.or_else(segment).or_else(town).or_else(region).or_else(road).unwrap_or_else(|| code.to_owned())
}

/// The area that a grant is held for, as rulebooks number it: grants over a city have its four digits.
pub fn held_area(rules: &Rulebook, grant: &Grant) -> String {
    let whole = &rules.data().district.code;
    let of_city = grant.level == Level::City && whole.strip_suffix("00") == Some(grant.area.as_str());
    if of_city { whole.clone() } else { grant.area.clone() }
}
