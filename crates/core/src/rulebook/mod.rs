//! A rulebook: everything one jurisdiction decides for itself, as data.
//!
//! A folder of YAML and GeoJSON is read by [`source`], checked as a whole and kept in the database in one piece. A
//! [`Rulebook`] is that piece with its indexes built.

mod data;
pub mod gazetteer;
mod geojson;
pub mod source;

use std::collections::HashMap;

pub use data::{Clocks, District, Duty, RulebookData};

use crate::case::{Stage, StageClock, State};
use crate::category::{Category, UNCLASSIFIED};
use crate::clock::{Calendar, Limit};
use crate::dedup::Vocabulary;
use crate::notice::Occasion;
use crate::place::gazetteer::Gazetteer;
use crate::place::{AreaIndex, Center, Segment, Town, Wgs84};

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

    /// The center with this code.
    pub fn center(&self, code: &str) -> Option<Center> {
        let district = self.district_center();
        if code == district.code { Some(district) } else { self.town(code).map(Town::center) }
    }

    /// The family slug of a category, `unclassified` for an unknown one.
    pub fn family_of(&self, category: &str) -> &str {
        self.category(category).map_or(UNCLASSIFIED, |category| category.family.as_str())
    }

    /// The clock that starts when a case of `category` comes into `state` at `start`; `None` where none runs.
    pub fn clock(
        &self,
        state: State,
        category: &str,
        urgent: bool,
        start: chrono::DateTime<chrono::Utc>,
    ) -> Option<StageClock> {
        let stage = Stage::of(state)?;
        let (limit, rule) = self.limit(stage, category, urgent);
        Some(stage.start(limit, rule, start, &self.data.calendar))
    }

    fn limit(&self, stage: Stage, category: &str, urgent: bool) -> (Limit, String) {
        let clocks = &self.data.clocks;
        let fixed = match stage {
            Stage::Accept if urgent => clocks.accept_urgent,
            Stage::Accept => clocks.accept,
            Stage::PreVerify if urgent => clocks.pre_verify_urgent,
            Stage::PreVerify => clocks.pre_verify,
            Stage::Dispatch => clocks.dispatch,
            Stage::Sign if urgent => clocks.sign_urgent,
            Stage::Sign => clocks.sign,
            Stage::Inspect => clocks.inspect,
            Stage::CallBack => clocks.call_back,
            Stage::Handle => {
                return match self.category(category) {
                    Some(known) => (known.handle_limit, format!("categories.{category}.handleLimit")),
                    None => (clocks.handle_unclassified, "clocks.handleUnclassified".to_owned()),
                };
            }
        };
        let suffix = match stage {
            Stage::Accept | Stage::PreVerify | Stage::Sign if urgent => "Urgent",
            _ => "",
        };
        (fixed, format!("clocks.{}{suffix}", stage.name()))
    }
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
