//! A rulebook: everything one jurisdiction decides for itself, as data.
//!
//! A folder of YAML and GeoJSON is read by [`source`], checked as a whole and kept in the database in one piece. A
//! [`Rulebook`] is that piece with its indexes built.

mod areas;
mod case_clocks;
mod check;
mod data;
pub mod diff;
pub mod fault;
pub mod gazetteer;
mod geojson;
pub mod geometry_check;
pub mod import_areas;
mod items;
mod limits;
mod places;
mod plan_source;
mod reader;
pub mod simulate;
pub mod source;
pub mod warnings;

use std::collections::HashMap;

pub use case_clocks::{ClockChange, ClockStep, MovedClock};
pub use data::{Clocks, District, Duty, RulebookData};
pub use limits::{Circumstances, HandlingClock};
use places::Places;

use crate::category::{Category, UNCLASSIFIED};
use crate::clock::Calendar;
use crate::dedup::Vocabulary;
use crate::notice::Occasion;
use crate::place::gazetteer::Gazetteer;
use crate::place::{
    AreaIndex, AreaKind, Center, Component, ComponentIndex, Region, RoadClass, Segment, Town, Wgs84, Zone,
};
use crate::plan::{Plan, Topic, Unit};
use crate::staff::Level;

/// A rulebook ready to answer questions.
#[derive(Debug)]
pub struct Rulebook {
    data: RulebookData,
    categories: HashMap<String, usize>,
    towns: HashMap<String, usize>,
    segments: HashMap<String, usize>,
    occasions: HashMap<String, usize>,
    town_index: AreaIndex,
    segment_index: AreaIndex,
    topics: HashMap<String, usize>,
    units: HashMap<String, usize>,
    places: Places,
    vocabulary: Vocabulary,
    gazetteer: Gazetteer,
}

impl Rulebook {
    /// Builds the indexes. The data was checked when it was read.
    pub fn new(data: RulebookData) -> Self {
        fn positions<T>(items: &[T], key: impl Fn(&T) -> &String) -> HashMap<String, usize> {
            items.iter().enumerate().map(|(position, item)| (key(item).clone(), position)).collect()
        }
        Self {
            categories: positions(&data.categories, |category| &category.slug),
            towns: positions(&data.towns, |town| &town.code),
            segments: positions(&data.segments, |segment| &segment.code),
            occasions: positions(&data.notices, |occasion| &occasion.act),
            town_index: AreaIndex::new(data.towns.iter().map(|town| &town.geometry)),
            segment_index: AreaIndex::new(data.segments.iter().map(|segment| &segment.geometry)),
            topics: topics_by_category(&data.plan.topics),
            units: positions(&data.plan.units, |unit| &unit.code),
            places: Places::new(&data),
            vocabulary: vocabulary(&data),
            gazetteer: Gazetteer::new(&data.gazetteer.places, &data.segments, &data.towns, data.schematic),
            data,
        }
    }

    /// How descriptions are read before they are compared.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The places that words can name.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    pub fn data(&self) -> &RulebookData {
        &self.data
    }

    pub fn category(&self, slug: &str) -> Option<&Category> {
        self.data.categories.get(*self.categories.get(slug)?)
    }

    pub fn town(&self, code: &str) -> Option<&Town> {
        self.data.towns.get(*self.towns.get(code)?)
    }

    pub fn segment(&self, code: &str) -> Option<&Segment> {
        self.data.segments.get(*self.segments.get(code)?)
    }

    pub fn town_at(&self, point: Wgs84) -> Option<&Town> {
        self.data.towns.get(self.town_index.find(point)?)
    }

    pub fn segment_at(&self, point: Wgs84) -> Option<&Segment> {
        self.data.segments.get(self.segment_index.find(point)?)
    }

    /// The words for an act; `None` for one that no citizen is told of.
    pub fn occasion(&self, act: &str) -> Option<&Occasion> {
        self.data.notices.get(*self.occasions.get(act)?)
    }

    pub fn calendar(&self) -> &Calendar {
        &self.data.calendar
    }

    /// The district's own center, which answers where no town does.
    pub fn district_center(&self) -> Center {
        Center {
            code: format!("{}000", self.data.district.code),
            name: self.data.district.center_name.clone(),
        }
    }

    /// The level of the whole jurisdiction: a city's code ends in `00`.
    pub fn top_level(&self) -> Level {
        if self.data.district.code.ends_with("00") { Level::City } else { Level::District }
    }

    /// The center with this code: the district's, a town's, or the one of an override zone.
    pub fn center(&self, code: &str) -> Option<Center> {
        let district = self.district_center();
        if code == district.code {
            return Some(district);
        }
        let zones = || self.data.plan.zones.iter().filter_map(|zone| zone.center.clone());
        self.town(code).map(Town::center).or_else(|| zones().find(|center| center.code == code))
    }

    /// Every center besides the district's.
    pub fn centers(&self) -> impl Iterator<Item = Center> {
        let zones = self.data.plan.zones.iter().filter_map(|zone| zone.center.clone());
        self.data.towns.iter().map(Town::center).chain(zones)
    }

    /// Codes of the centers that may answer for a point: its town's, those of override zones there, or the district's.
    pub fn centers_at(&self, point: Wgs84) -> Vec<String> {
        let town = self.town_at(point).map(|town| town.code.clone());
        let zones =
            self.zones_at(point).filter_map(|zone| zone.center.as_ref()).map(|center| center.code.clone());
        let mut centers: Vec<String> = town.into_iter().chain(zones).collect();
        if centers.is_empty() {
            centers.push(self.district_center().code);
        }
        centers
    }

    pub fn plan(&self) -> &Plan {
        &self.data.plan
    }

    pub fn unit(&self, code: &str) -> Option<&Unit> {
        self.data.plan.units.get(*self.units.get(code)?)
    }

    /// The topic of a category: its own, or else that of its citizen category.
    pub fn topic_of(&self, category: &Category) -> Option<&Topic> {
        let own = self.topics.get(&category.slug).or_else(|| self.topics.get(category.citizen()));
        self.data.plan.topics.get(*own?)
    }

    pub fn region(&self, code: &str) -> Option<&Region> {
        self.places.region(&self.data, code)
    }

    pub fn grid_at(&self, point: Wgs84) -> Option<&Region> {
        self.places.grid_at(&self.data, point)
    }

    pub fn community_at(&self, point: Wgs84) -> Option<&Region> {
        self.places.community_at(&self.data, point)
    }

    /// The zones that a point on a road of this class lies in.
    pub fn zones_at(&self, point: Wgs84) -> impl Iterator<Item = &Zone> {
        self.data.plan.zones.iter().filter(move |zone| zone.geometry.contains(point))
    }

    pub fn road_class(&self, road_code: &str) -> Option<RoadClass> {
        self.places.road_class(road_code)
    }

    /// What the ground is used for.
    pub fn area_kinds(&self, grid: Option<&Region>, road: Option<RoadClass>) -> Vec<AreaKind> {
        places::area_kinds(grid, road)
    }

    /// What the ground is used for at a place that is stored as a point and a segment.
    pub fn kinds_at(&self, point: Option<Wgs84>, segment: Option<&str>) -> Vec<AreaKind> {
        let grid = point.and_then(|point| self.grid_at(point));
        let segment = segment.and_then(|code| self.segment(code));
        places::area_kinds(grid, segment.and_then(|segment| self.road_class(&segment.road_code)))
    }

    pub fn components(&self) -> (&ComponentIndex, &[Component]) {
        (&self.places.components, &self.data.plan.components)
    }

    /// The family slug of a category, `unclassified` for an unknown one.
    pub fn family_of(&self, category: &str) -> &str {
        self.category(category).map_or(UNCLASSIFIED, |category| category.family.as_str())
    }
}

fn topics_by_category(topics: &[Topic]) -> HashMap<String, usize> {
    let listed = topics.iter().enumerate().flat_map(|(position, topic)| {
        let inside = topic.leads.iter().flat_map(|lead| &lead.categories);
        topic.categories.iter().chain(inside).map(move |category| (category.clone(), position))
    });
    listed.collect()
}

/// A name of a place says where, not what: two complaints about one road are not alike for it.
fn vocabulary(data: &RulebookData) -> Vocabulary {
    let roads = data.segments.iter().map(|segment| segment.road_name.as_str());
    let towns = data.towns.iter().map(|town| town.name.as_str());
    let phrases = data.dedup.silent.iter().map(String::as_str);
    Vocabulary::new(
        &data.dedup.synonyms,
        roads.chain(towns).chain([data.district.name.as_str()]).chain(phrases),
    )
}
