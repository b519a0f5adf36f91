//! Areas: codes, what is a part of what, and rings.

use std::collections::{HashMap, HashSet};

use super::super::RulebookData;
use super::super::plan_source::{REGION_FILES, ZONES};
use super::super::reader::Reader;
use super::super::source::{HEAD, SEGMENTS, TOWNS};
use super::doubles;
use crate::place::polygon::Ring;
use crate::place::{MultiPolygon, Region, UnitGridCode};
use crate::staff::Level;

pub(super) fn check(data: &RulebookData, reader: &mut Reader<'_>) {
    let digits = |code: &str, count: usize| code.len() == count && code.bytes().all(|b| b.is_ascii_digit());
    if !digits(&data.district.code, 6) {
        let line = reader.line(HEAD, &data.district.code, 0);
        reader.fault(HEAD, line, "the code of a district or city has six digits (GB/T 2260)");
    }
    for town in &data.towns {
        if !digits(&town.code, 9) {
            let line = reader.line(TOWNS, &town.code, 0);
            reader.fault(TOWNS, line, format!("town `{}`: write nine digits", town.code));
        }
        rings(reader, TOWNS, &town.code, &town.geometry);
    }
    for segment in &data.segments {
        rings(reader, SEGMENTS, &segment.code, &segment.geometry);
    }
    twice(reader, TOWNS, "town", data.towns.iter().map(|town| town.code.as_str()));
    twice(reader, SEGMENTS, "segment", data.segments.iter().map(|segment| segment.code.as_str()));
    let towns: HashSet<&str> = data.towns.iter().map(|town| town.code.as_str()).collect();
    for segment in &data.segments {
        if !towns.contains(segment.town_code.as_str()) {
            let line = reader.line(SEGMENTS, &segment.code, 0);
            let words = format!(
                "segment `{}` lies in town `{}`, which towns.geojson lacks: add the town or correct `townCode`",
                segment.code, segment.town_code
            );
            reader.fault(SEGMENTS, line, words);
        }
    }
    for zone in &data.plan.zones {
        rings(reader, ZONES, &zone.code, &zone.geometry);
        let center = zone
            .center
            .iter()
            .find(|center| !digits(&center.code, 9) || towns.contains(center.code.as_str()));
        if let Some(center) = center {
            let line = reader.line(ZONES, &center.code, 0);
            let words = format!("`centerCode` {}: write nine digits that no town has", center.code);
            reader.fault(ZONES, line, words);
        }
    }
    twice(reader, ZONES, "zone", data.plan.zones.iter().map(|zone| zone.code.as_str()));
    regions(data, &towns, reader);
    roads(data, reader);
}

fn twice<'a>(reader: &mut Reader<'_>, file: &str, what: &str, codes: impl Iterator<Item = &'a str>) {
    for (code, nth) in doubles(codes) {
        let line = reader.line(file, code, nth);
        reader.fault(file, line, format!("{what} `{code}` stands twice: give each its own code"));
    }
}

fn rings(reader: &mut Reader<'_>, file: &str, code: &str, geometry: &MultiPolygon) {
    let broken = |ring: &Ring| {
        if ring.len() < 4 {
            Some("has fewer than four points".to_owned())
        } else if ring.first() != ring.last() {
            Some(format!("is not closed: it begins at {:?} and ends at {:?}", ring.first()?, ring.last()?))
        } else {
            let outside = |[x, y]: &&[f64; 2]| !(-180.0..=180.0).contains(x) || !(-90.0..=90.0).contains(y);
            let wrong = ring.iter().find(outside)?;
            Some(format!("has a point that is nowhere: {wrong:?}; longitude comes first"))
        }
    };
    for words in geometry.0.iter().flatten().filter_map(broken) {
        let line = reader.line(file, code, 0);
        reader.fault(file, line, format!("a ring of `{code}` {words}"));
    }
}

fn regions(data: &RulebookData, towns: &HashSet<&str>, reader: &mut Reader<'_>) {
    let by_code: HashMap<&str, &Region> =
        data.plan.regions.iter().map(|region| (region.code.as_str(), region)).collect();
    let codes = data.plan.regions.iter().map(|region| region.code.as_str());
    for (code, nth) in doubles(codes.chain(towns.iter().copied()).chain([data.district.code.as_str()])) {
        let place =
            REGION_FILES.into_iter().find_map(|(file, _)| Some((file, reader.line(file, code, nth)?)));
        let place = place.or_else(|| {
            REGION_FILES.into_iter().find_map(|(file, _)| Some((file, reader.line(file, code, 0)?)))
        });
        let (file, line) = place.map_or((HEAD, None), |(file, line)| (file, Some(line)));
        reader.fault(file, line, format!("area `{code}` stands twice: give each its own code"));
    }
    for region in &data.plan.regions {
        rings(reader, file_of(region, reader), &region.code, &region.geometry);
        if let Some(words) = misplaced(data, towns, region, &by_code).or_else(|| misnumbered(region)) {
            let file = file_of(region, reader);
            let line = reader.line(file, &region.code, 0);
            reader.fault(file, line, words);
        }
        if region.level == Level::Grid && region.kind.is_none() {
            let file = file_of(region, reader);
            let line = reader.line(file, &region.code, 0);
            let words = format!(
                "grid `{}` has no `kind`: residential, commercialPublic, seaside or site",
                region.code
            );
            reader.fault(file, line, words);
        }
    }
}

/// The file that a region was read from.
fn file_of(region: &Region, reader: &Reader<'_>) -> &'static str {
    let of_level = REGION_FILES.into_iter().filter(|(_, level)| *level == region.level);
    let csv = region.geometry.0.is_empty();
    let fits = of_level.map(|(file, _)| file).find(|file| file.ends_with(".csv") == csv && reader.has(file));
    fits.unwrap_or(HEAD)
}

/// Why a region is no part of what it says it is a part of.
fn misplaced(
    data: &RulebookData,
    towns: &HashSet<&str>,
    region: &Region,
    by_code: &HashMap<&str, &Region>,
) -> Option<String> {
    let (code, parent) = (&region.code, region.parent.as_str());
    if is_in_ring(region, by_code) {
        return Some(format!(
            "area `{code}` is a part of itself by way of `{parent}`: a parent lies above, from grid up to city"
        ));
    }
    let above = if parent == data.district.code {
        Some(Level::City)
    } else if towns.contains(parent) {
        Some(Level::Town)
    } else {
        by_code.get(parent).map(|parent| parent.level)
    };
    match above {
        None => Some(format!("area `{code}` is a part of `{parent}`, which is nowhere: add it")),
        Some(level) if height(level) <= height(region.level) => {
            Some(format!("area `{code}` is a part of `{parent}`, which is not above it: name a larger area"))
        }
        Some(_) => None,
    }
}

fn misnumbered(region: &Region) -> Option<String> {
    if region.level != Level::Grid {
        return None;
    }
    match UnitGridCode::parse(&region.code) {
        Err(error) => Some(error.to_string()),
        Ok(code) if code.community() != region.parent && code.town() != region.parent => {
            Some(format!("grid `{}` is numbered in another community than `{}`", region.code, region.parent))
        }
        Ok(_) => None,
    }
}

fn is_in_ring(region: &Region, by_code: &HashMap<&str, &Region>) -> bool {
    let mut parent = by_code.get(region.parent.as_str());
    for _ in 0..by_code.len() {
        match parent {
            None => return false,
            Some(above) if above.code == region.code => return true,
            Some(above) => parent = by_code.get(above.parent.as_str()),
        }
    }
    false
}

fn height(level: Level) -> u8 {
    match level {
        Level::City => 5,
        Level::District => 4,
        Level::Town => 3,
        Level::Community => 2,
        Level::Segment | Level::Grid => 1,
    }
}

fn roads(data: &RulebookData, reader: &mut Reader<'_>) {
    const FILE: &str = "areas/roads.csv";
    twice(reader, FILE, "road", data.plan.roads.iter().map(|road| road.code.as_str()));
    let used: HashSet<&str> = data.segments.iter().map(|segment| segment.road_code.as_str()).collect();
    for road in data.plan.roads.iter().filter(|road| !used.contains(road.code.as_str())) {
        let line = reader.line(FILE, &road.code, 0);
        let words = format!("road `{}` has no segment: add its segments or remove it", road.code);
        reader.fault(FILE, line, words);
    }
}
