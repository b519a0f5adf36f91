//! From words to places: landmarks, shops, house numbers, crossings, roads and towns of a rulebook.
//!
//! An answer says how sure it is and how far it may be off. Both are measured on held-out addresses of real shops
//! (`crates/core/tests/gazetteer.rs`), so that a confidence of 0.8 means: of ten such answers eight lie within the
//! stated radius.

mod address;
mod cloud;
mod names;
mod place;
mod reading;
mod road;

use std::collections::HashMap;

pub use cloud::quantile;
pub use place::{NamedPlace, Place, PlaceKind, Settings};

use self::address::{name_key, plain, road_names, without_branch};
use self::names::{NameFinder, TypeAhead};
use self::reading::Reader;
use self::road::{Estimate, House, Road, known_crossing};
use crate::place::{MultiPolygon, Segment, Town, Wgs84};

/// Most places a text is resolved to.
const ANSWERS: usize = 5;
/// A road that no segment has and that fewer addresses name is more likely misread than there.
const LEAST_MENTIONS: usize = 2;
/// A place stated wider than this tells no house numbers.
const EXACT_METERS: f64 = 100.0;
/// Shops of one name further apart than this are different places.
const ONE_SPOT_METERS: f64 = 150.0;

/// The places a district knows by name, ready to be found in texts.
#[derive(Debug)]
pub struct Gazetteer {
    places: Vec<NamedPlace>,
    roads: Vec<Road>,
    towns: Vec<(String, Estimate)>,
    crossings: HashMap<(usize, usize), Vec<Wgs84>>,
    reader: Reader,
    /// Names found in texts, each with the places that bear it.
    name_finder: NameFinder,
    bearers: Vec<Bearers>,
    /// Everything that can be typed: places, then roads, then towns.
    keys: Vec<String>,
    type_ahead: TypeAhead,
}

/// The places of one name.
#[derive(Debug, Default)]
struct Bearers {
    places: Vec<usize>,
    /// The name is a part of the places' own: that of a chain without the branch.
    partial: bool,
}

impl Gazetteer {
    /// Builds the indexes. `schematic`: the segments are a drawing.
    pub fn new(places: &[NamedPlace], segments: &[Segment], towns: &[Town], schematic: bool) -> Self {
        let mut roads = roads(places, segments, schematic);
        let road_keys: Vec<String> = roads.iter().map(|road| plain(&road.name)).collect();
        let town_keys: Vec<String> = towns.iter().map(|town| plain(&town.name)).collect();
        let reader = Reader::new(&road_keys, &town_keys);
        let crossings = settle(places, &mut roads, &reader);
        let (names, bearers) = bearers(places);
        let keys: Vec<String> =
            places.iter().map(|place| name_key(&place.name)).chain(road_keys).chain(town_keys).collect();
        let extents = towns.iter().filter_map(|town| Some((town.name.clone(), extent(&town.geometry)?)));
        Self {
            places: places.to_vec(),
            roads,
            towns: extents.collect(),
            crossings,
            reader,
            name_finder: NameFinder::new(&names),
            bearers,
            type_ahead: TypeAhead::new(&keys),
            keys,
        }
    }

    /// The places that `text` may mean, the most telling first: at most five. None where it names nothing known.
    pub fn resolve(&self, text: &str) -> Vec<Place> {
        let plain = plain(text);
        let reading = self.reader.read(&plain);
        let mut found = self.named(&plain);
        if let Some(said) = &reading.crossing
            && let Some(estimate) = self.crossing(said.roads)
        {
            let (east, north) = said.offset_meters;
            let estimate = Estimate {
                point: estimate.point.offset_meters(east, north),
                radius_meters: estimate.radius_meters + 0.15 * east.hypot(north),
                ..estimate
            };
            let name = format!("{}与{}交叉口", self.road_name(said.roads.0), self.road_name(said.roads.1));
            found.push(place(name, PlaceKind::Crossing, estimate, said.matched));
        }
        if let Some(said) = &reading.house
            && let Some(road) = self.roads.get(said.road)
            && let Some(estimate) = road.house(said.number, said.annex)
        {
            let name = format!("{}{}号", road.name, said.number);
            found.push(place(name, PlaceKind::HouseNumber, estimate, said.matched));
        }
        weigh_together(&mut found);
        for (road, matched) in &reading.roads {
            let Some(road) = self.roads.get(*road) else { continue };
            if let Some(estimate) = road.whole() {
                found.push(place(road.name.clone(), PlaceKind::Road, estimate, matched));
            }
        }
        for (town, matched) in &reading.towns {
            if let Some((name, estimate)) = self.towns.get(*town) {
                found.push(place(name.clone(), PlaceKind::Town, *estimate, matched));
            }
        }
        found.sort_by(|a, b| wide(a.kind).cmp(&wide(b.kind)).then(b.confidence.total_cmp(&a.confidence)));
        let mut told: Vec<Place> = Vec::with_capacity(ANSWERS);
        for place in found {
            if told.len() < ANSWERS && !told.iter().any(|it| it.name == place.name && it.point == place.point)
            {
                told.push(place);
            }
        }
        told
    }

    /// Names that contain `typed`, the best first: the name itself, names that begin with it, other ones; short before
    /// long. House numbers and crossings, which no list holds, come before all.
    pub fn suggest(&self, typed: &str, limit: usize) -> Vec<Place> {
        let key = name_key(typed);
        if key.is_empty() {
            return Vec::new();
        }
        let computed = self.resolve(typed).into_iter();
        let mut told: Vec<Place> = computed
            .filter(|place| matches!(place.kind, PlaceKind::HouseNumber | PlaceKind::Crossing))
            .collect();
        let near = self.type_ahead.near(&key).iter().filter_map(|position| usize::try_from(*position).ok());
        let mut hits: Vec<(usize, usize, usize)> = near
            .filter_map(|position| {
                let name = self.keys.get(position)?;
                let rank = match name.find(&key)? {
                    0 if name.len() == key.len() => 0,
                    0 => 1,
                    _ => 2,
                };
                Some((rank, name.len(), position))
            })
            .collect();
        hits.sort_unstable();
        told.extend(hits.into_iter().filter_map(|(_, _, position)| self.entry(position, &key)).take(limit));
        told.truncate(limit);
        told
    }

    /// An entry of `keys` as a place: chosen from a list, it is what was meant.
    fn entry(&self, position: usize, key: &str) -> Option<Place> {
        if let Some(known) = self.places.get(position) {
            return Some(place(known.name.clone(), known.kind, spot(known, CHOSEN), key));
        }
        let position = position.checked_sub(self.places.len())?;
        if let Some(road) = self.roads.get(position) {
            return Some(place(road.name.clone(), PlaceKind::Road, road.whole()?, key));
        }
        let (name, estimate) = self.towns.get(position.checked_sub(self.roads.len())?)?;
        Some(place(name.clone(), PlaceKind::Town, *estimate, key))
    }

    /// Landmarks and shops that the text names.
    fn named(&self, plain: &str) -> Vec<Place> {
        let mut found = Vec::new();
        for hit in self.name_finder.in_text(plain) {
            let Some(bearers) = self.bearers.get(hit.name) else { continue };
            let places = || bearers.places.iter().filter_map(|at| self.places.get(*at));
            let mut spots: Vec<&NamedPlace> = Vec::new();
            for known in places() {
                if !spots.iter().any(|spot| spot.point.distance_meters(known.point) <= ONE_SPOT_METERS) {
                    spots.push(known);
                }
            }
            let common = bearers.partial || hit.text.chars().count() < TELLING_LETTERS;
            let landmark = places().any(|known| known.kind == PlaceKind::Landmark);
            let sure = if common && !landmark { 0.45 } else { 0.88 };
            let confidence = sure / cloud::number(spots.len().max(1));
            for known in spots {
                found.push(place(known.name.clone(), known.kind, spot(known, confidence), hit.text));
            }
        }
        found
    }

    fn crossing(&self, roads: (usize, usize)) -> Option<Estimate> {
        let told = self.crossings.get(&roads).and_then(|points| known_crossing(points));
        told.or_else(|| self.roads.get(roads.0)?.crossing(self.roads.get(roads.1)?))
    }

    fn road_name(&self, position: usize) -> &str {
        self.roads.get(position).map_or("", |road| road.name.as_str())
    }
}

/// A shop's name of fewer letters is what others call theirs too.
const TELLING_LETTERS: usize = 4;

/// Somebody picked it from a list.
const CHOSEN: f64 = 0.95;

/// Whether words of this kind name an area rather than a spot.
fn wide(kind: PlaceKind) -> u8 {
    match kind {
        PlaceKind::Landmark | PlaceKind::Shop | PlaceKind::HouseNumber | PlaceKind::Crossing => 0,
        PlaceKind::Road => 1,
        PlaceKind::Town => 2,
    }
}

fn place(name: String, kind: PlaceKind, estimate: Estimate, matched: &str) -> Place {
    Place {
        name,
        kind,
        point: estimate.point,
        radius_meters: estimate.radius_meters.round(),
        confidence: (estimate.confidence * 100.0).round() / 100.0,
        matched: matched.to_owned(),
    }
}

/// Where people mean when they name a place: around it, not inside it.
fn spot(known: &NamedPlace, confidence: f64) -> Estimate {
    Estimate { point: known.point, radius_meters: known.radius_meters.unwrap_or(60.0).max(60.0), confidence }
}

/// Two things said of one place confirm each other, or make each other doubtful.
fn weigh_together(found: &mut [Place]) {
    let all: Vec<Place> = found.to_vec();
    for place in found {
        let (mut agrees, mut differs) = (false, false);
        for other in all.iter().filter(|other| other.matched != place.matched) {
            let apart = place.point.distance_meters(other.point);
            if apart <= place.radius_meters + other.radius_meters {
                agrees = true;
            } else if apart > place.radius_meters + other.radius_meters + 150.0 {
                differs = true;
            }
        }
        if agrees {
            place.confidence = ((1.0 - (1.0 - place.confidence) * 0.5) * 100.0).round() / 100.0;
        } else if differs {
            place.confidence = (place.confidence * 60.0).round() / 100.0;
        }
    }
}

/// The roads of the segments, and those that addresses name.
fn roads(places: &[NamedPlace], segments: &[Segment], schematic: bool) -> Vec<Road> {
    let mut roads: Vec<Road> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for segment in segments {
        let position = *known.entry(plain(&segment.road_name)).or_insert_with(|| {
            roads.push(Road { name: segment.road_name.clone(), schematic, ..Road::default() });
            roads.len() - 1
        });
        if let Some(road) = roads.get_mut(position) {
            let vertices = segment.geometry.0.iter().flatten().flatten();
            road.outline.extend(vertices.filter_map(|[x, y]| Wgs84::new(*x, *y).ok()));
        }
    }
    let mut mentions: HashMap<String, usize> = HashMap::new();
    for address in places.iter().filter_map(|place| place.address.as_deref()) {
        for name in road_names(address) {
            *mentions.entry(name).or_default() += 1;
        }
    }
    let mut named: Vec<String> = mentions
        .into_iter()
        .filter(|(name, count)| *count >= LEAST_MENTIONS && !known.contains_key(name))
        .map(|(name, _)| name)
        .collect();
    // In one order, so that every process builds the same.
    named.sort_unstable();
    roads.extend(named.into_iter().map(|name| Road { name, ..Road::default() }));
    roads
}

/// Puts the places onto the roads and crossings that their addresses name.
fn settle(places: &[NamedPlace], roads: &mut [Road], reader: &Reader) -> HashMap<(usize, usize), Vec<Wgs84>> {
    let mut crossings: HashMap<(usize, usize), Vec<Wgs84>> = HashMap::new();
    for known in places {
        // A landmark known to a few hundred metres says nothing about the houses of its road.
        if known.radius_meters.is_some_and(|meters| meters > EXACT_METERS) {
            continue;
        }
        let Some(address) = known.address.as_deref().map(plain) else { continue };
        let reading = reader.read(&address);
        if let Some(said) = &reading.crossing {
            let (east, north) = said.offset_meters;
            crossings.entry(said.roads).or_default().push(known.point.offset_meters(-east, -north));
            for position in [said.roads.0, said.roads.1] {
                if let Some(road) = roads.get_mut(position) {
                    road.points.push(known.point);
                }
            }
        } else if let Some(road) = reading.roads.first().and_then(|(first, _)| roads.get_mut(*first)) {
            road.points.push(known.point);
        }
        if let Some(said) = reading.house
            && let Some(road) = roads.get_mut(said.road)
        {
            road.houses.push(House { number: said.number, annex: said.annex, point: known.point });
        }
    }
    crossings
}

/// Every name that is looked for in texts, with the places that bear it. Names of two letters are parts of too many
/// words, but for landmarks.
fn bearers(places: &[NamedPlace]) -> (Vec<String>, Vec<Bearers>) {
    let mut positions: HashMap<String, usize> = HashMap::new();
    let mut names: Vec<String> = Vec::new();
    let mut bearers: Vec<Bearers> = Vec::new();
    for (position, known) in places.iter().enumerate() {
        let least = if known.kind == PlaceKind::Landmark { 2 } else { 3 };
        let whole = (name_key(&known.name), false);
        let short = without_branch(&known.name).map(|name| (name, true));
        for (name, partial) in [Some(whole), short].into_iter().flatten() {
            if name.chars().count() < least {
                continue;
            }
            let at = *positions.entry(name.clone()).or_insert_with(|| {
                names.push(name);
                bearers.push(Bearers { places: Vec::new(), partial: true });
                bearers.len() - 1
            });
            if let Some(all) = bearers.get_mut(at) {
                all.places.push(position);
                all.partial &= partial;
            }
        }
    }
    (names, bearers)
}

/// An area as a place: its middle, and how far it reaches.
fn extent(geometry: &MultiPolygon) -> Option<Estimate> {
    let bounds = geometry.bounds()?;
    let corner = Wgs84::new(bounds.west, bounds.south).ok()?;
    let point = Wgs84::new((bounds.west + bounds.east) / 2.0, (bounds.south + bounds.north) / 2.0).ok()?;
    Some(Estimate { point, radius_meters: point.distance_meters(corner), confidence: 0.9 })
}

#[cfg(test)]
mod tests;
