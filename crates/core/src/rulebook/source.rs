//! Reading a rulebook from the texts of its files; every fault at once, each with its file.

use std::collections::{BTreeMap, HashSet};
use std::hash::Hash;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::data::{Clocks, District, Duty, RulebookData};
use super::gazetteer;
use super::geojson::FeatureCollection;
use crate::category::{Category, Family};
use crate::clock::Calendar;
use crate::dedup::{Model, Policy};
use crate::notice::Occasion;
use crate::place::{Segment, Town};
use crate::safety::Danger;

/// The files of a rulebook folder.
pub const FILES: [&str; 10] = [
    "rulebook.yaml",
    "categories.yaml",
    "clocks.yaml",
    "calendar.yaml",
    "dedup.yaml",
    "weights.yaml",
    "safety.yaml",
    "notices.yaml",
    "areas/towns.geojson",
    "areas/segments.geojson",
];

/// A fault of one file, in words for whoever edits it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {words}")]
pub struct Fault {
    pub file: String,
    pub words: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Head {
    code: String,
    name: String,
    version: String,
    district: District,
    duties: Vec<Duty>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DedupFile {
    families: Vec<Family>,
    #[serde(flatten)]
    policy: Policy,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TownProperties {
    code: String,
    name: String,
    center_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SegmentProperties {
    code: String,
    name: String,
    road_code: String,
    road_name: String,
    town_code: String,
}

/// Reads the texts of [`FILES`] and of the optional [`gazetteer::FILES`], keyed by file name.
///
/// # Errors
/// Every fault of every file.
pub fn read(files: &BTreeMap<String, String>) -> Result<RulebookData, Vec<Fault>> {
    let mut reader = Reader { files, faults: Vec::new() };
    let head: Option<Head> = reader.yaml("rulebook.yaml");
    let categories: Option<Vec<Category>> = reader.yaml("categories.yaml");
    let clocks: Option<Clocks> = reader.yaml("clocks.yaml");
    let calendar: Option<Calendar> = reader.yaml("calendar.yaml");
    let dedup: Option<DedupFile> = reader.yaml("dedup.yaml");
    let model: Option<Model> = reader.yaml("weights.yaml");
    let dangers: Option<Vec<Danger>> = reader.yaml("safety.yaml");
    let notices: Option<Vec<Occasion>> = reader.yaml("notices.yaml");
    let towns: Option<FeatureCollection<TownProperties>> = reader.json("areas/towns.geojson");
    let segments: Option<FeatureCollection<SegmentProperties>> = reader.json("areas/segments.geojson");
    let mut faults = reader.faults;
    let gazetteer = gazetteer::read(files).map_err(|told| faults.extend(told)).unwrap_or_default();
    let (
        Some(head),
        Some(categories),
        Some(clocks),
        Some(calendar),
        Some(dedup),
        Some(model),
        Some(dangers),
        Some(notices),
        Some(towns),
        Some(segments),
    ) = (head, categories, clocks, calendar, dedup, model, dangers, notices, towns, segments)
    else {
        return Err(faults);
    };
    let data = RulebookData {
        code: head.code,
        name: head.name,
        version: head.version,
        schematic: towns.schematic || segments.schematic,
        district: head.district,
        towns: towns.features.into_iter().map(|f| town(f.properties, f.geometry.into())).collect(),
        segments: segments.features.into_iter().map(|f| segment(f.properties, f.geometry.into())).collect(),
        categories,
        families: dedup.families,
        dedup: Policy { model, ..dedup.policy },
        clocks,
        calendar,
        dangers,
        notices,
        duties: head.duties,
        gazetteer,
    };
    faults.extend(cross_check(&data));
    if faults.is_empty() { Ok(data) } else { Err(faults) }
}

struct Reader<'a> {
    files: &'a BTreeMap<String, String>,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    fn yaml<T: DeserializeOwned>(&mut self, file: &str) -> Option<T> {
        let text = self.text(file)?;
        self.noted(file, serde_yaml_ng::from_str(text).map_err(|error| error.to_string()))
    }

    fn json<T: DeserializeOwned>(&mut self, file: &str) -> Option<T> {
        let text = self.text(file)?;
        self.noted(file, serde_json::from_str(text).map_err(|error| error.to_string()))
    }

    fn text(&mut self, file: &str) -> Option<&'a str> {
        let files = self.files;
        let text = files.get(file);
        if text.is_none() {
            self.faults.push(Fault { file: file.to_owned(), words: "the file is missing".to_owned() });
        }
        text.map(String::as_str)
    }

    fn noted<T>(&mut self, file: &str, parsed: Result<T, String>) -> Option<T> {
        parsed.map_err(|words| self.faults.push(Fault { file: file.to_owned(), words })).ok()
    }
}

fn town(properties: TownProperties, geometry: crate::place::MultiPolygon) -> Town {
    let TownProperties { code, name, center_name } = properties;
    Town { code, name, center_name, geometry }
}

fn segment(properties: SegmentProperties, geometry: crate::place::MultiPolygon) -> Segment {
    let SegmentProperties { code, name, road_code, road_name, town_code } = properties;
    Segment { code, name, road_code, road_name, town_code, geometry }
}

/// What no single file can show: double names and references into nothing.
fn cross_check(data: &RulebookData) -> Vec<Fault> {
    let fault = |file: &str, words: String| Fault { file: file.to_owned(), words };
    let mut faults = Vec::new();
    for slug in doubles(data.categories.iter().map(|category| &category.slug)) {
        faults
            .push(fault("categories.yaml", format!("category `{slug}` stands twice: rename or remove one")));
    }
    for code in doubles(data.towns.iter().map(|town| &town.code)) {
        faults.push(fault("areas/towns.geojson", format!("town `{code}` stands twice")));
    }
    for code in doubles(data.segments.iter().map(|segment| &segment.code)) {
        faults.push(fault("areas/segments.geojson", format!("segment `{code}` stands twice")));
    }
    for category in &data.categories {
        if !data.families.iter().any(|family| family.slug == category.family) {
            let words = format!(
                "category `{}` is of family `{}`, which dedup.yaml lacks",
                category.slug, category.family
            );
            faults.push(fault("categories.yaml", words));
        }
    }
    let recurrence = data.dedup.recurrence;
    if recurrence.hot_spot_cases < 2 || recurrence.hot_spot_days > recurrence.window_days {
        let words = "recurrence: hotSpotCases must be 2 or more, and hotSpotDays at most windowDays";
        faults.push(fault("dedup.yaml", words.to_owned()));
    }
    for segment in &data.segments {
        if !data.towns.iter().any(|town| town.code == segment.town_code) {
            let words = format!(
                "segment `{}` lies in town `{}`, which towns.geojson lacks",
                segment.code, segment.town_code
            );
            faults.push(fault("areas/segments.geojson", words));
        }
    }
    faults
}

fn doubles<'a, T: Hash + Eq + 'a>(keys: impl Iterator<Item = &'a T>) -> Vec<&'a T> {
    let mut seen = HashSet::new();
    keys.filter(|key| !seen.insert(*key)).collect()
}
