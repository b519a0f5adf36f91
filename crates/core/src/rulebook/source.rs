//! Reading a rulebook from the texts of its files; every fault at once, each with its file and line.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

pub use super::fault::Fault;

use super::data::{Clocks, District, Duty, RulebookData};
use super::reader::Reader;
use super::{check, gazetteer, plan_source};
use crate::category::{Category, Family, Kind};
use crate::clock::{Calendar, Limit};
use crate::dedup::{Model, Policy};
use crate::notice::Occasion;
use crate::place::{MultiPolygon, Segment, Town};
use crate::safety::Danger;

/// The files that every rulebook has, of its own or inherited.
pub const FILES: [&str; 10] = [
    HEAD,
    "categories.yaml",
    "clocks.yaml",
    "calendar.yaml",
    "dedup.yaml",
    "weights.yaml",
    "safety.yaml",
    "notices.yaml",
    TOWNS,
    SEGMENTS,
];
pub const HEAD: &str = "rulebook.yaml";
pub const TOWNS: &str = "areas/towns.geojson";
pub const SEGMENTS: &str = "areas/segments.geojson";
/// The outline that the towns cover; optional, and only looked at by the check.
pub const OUTLINE: &str = "areas/district.geojson";
/// Finer kinds of the categories.
pub const KINDS: &str = "kinds.yaml";

/// Every file that is read when it is there.
pub fn files() -> impl Iterator<Item = &'static str> {
    FILES.into_iter().chain([OUTLINE, KINDS]).chain(gazetteer::FILES).chain(plan_source::FILES)
}

/// Files that are taken from the folder named by `inherits` when they are absent: what does not hang on a place.
pub fn is_inherited(file: &str) -> bool {
    const INHERITED: [&str; 10] = [
        "categories.yaml",
        "clocks.yaml",
        "calendar.yaml",
        "dedup.yaml",
        "weights.yaml",
        "safety.yaml",
        "notices.yaml",
        "staff-notices.yaml",
        "limits.yaml",
        KINDS,
    ];
    INHERITED.contains(&file)
}

/// The folder beside this one that `text`, a `rulebook.yaml`, inherits from.
pub fn inherits(text: &str) -> Option<String> {
    serde_yaml_ng::from_str::<Head>(text).ok()?.inherits
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Head {
    code: String,
    name: String,
    version: String,
    district: District,
    duties: Vec<Duty>,
    #[serde(default)]
    effective_from: Option<NaiveDate>,
    #[serde(default)]
    inherits: Option<String>,
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

/// Reads the texts of [`files`], keyed by file name.
///
/// # Errors
/// Every fault of every file.
pub fn read(files: &BTreeMap<String, String>) -> Result<RulebookData, Vec<Fault>> {
    let mut reader = Reader::new(files);
    let head: Option<Head> = reader.yaml(HEAD);
    let categories: Option<Vec<Category>> = reader.yaml_list("categories.yaml");
    let kinds: Vec<Kind> = reader.optional_list(KINDS);
    let clocks: Option<Clocks> = reader.yaml_map::<Clocks, Limit>("clocks.yaml");
    let calendar: Option<Calendar> = reader.yaml("calendar.yaml");
    let dedup: Option<DedupFile> = reader.yaml("dedup.yaml");
    let model: Option<Model> = reader.yaml("weights.yaml");
    let dangers: Option<Vec<Danger>> = reader.yaml_list("safety.yaml");
    let notices: Option<Vec<Occasion>> = reader.yaml_list("notices.yaml");
    let towns = reader.features::<TownProperties>(TOWNS);
    let segments = reader.features::<SegmentProperties>(SEGMENTS);
    let (drawn, plan) = plan_source::read(&mut reader);
    let gazetteer = gazetteer::read(files).map_err(|told| reader.faults.extend(told)).unwrap_or_default();
    let (
        Some(head),
        Some(mut categories),
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
        return Err(reader.faults);
    };
    add_kinds(&mut categories, kinds, &mut reader);
    let schematic = towns.schematic || segments.schematic || drawn;
    let data = RulebookData {
        code: head.code,
        name: head.name,
        version: head.version,
        schematic,
        district: head.district,
        towns: towns.features.into_iter().map(|(_, f)| town(f.properties, f.geometry.into())).collect(),
        segments: segments
            .features
            .into_iter()
            .map(|(_, f)| segment(f.properties, f.geometry.into()))
            .collect(),
        categories,
        families: dedup.families,
        dedup: Policy { model, ..dedup.policy },
        clocks,
        calendar,
        dangers,
        notices,
        duties: head.duties,
        gazetteer,
        effective_from: head.effective_from,
        plan,
    };
    check::all(&data, &mut reader);
    let mut faults = reader.faults;
    if faults.is_empty() {
        return Ok(data);
    }
    faults.sort();
    faults.dedup();
    Err(faults)
}

/// The outline of the whole, for the check of gaps; `None` when the file is absent or says nothing.
pub fn outline(files: &BTreeMap<String, String>) -> Option<MultiPolygon> {
    let mut reader = Reader::new(files);
    let drawing = reader.optional_features::<serde_json::Value>(OUTLINE);
    let polygons =
        drawing.features.into_iter().flat_map(|(_, feature)| MultiPolygon::from(feature.geometry).0);
    let outline = MultiPolygon(polygons.collect());
    outline.bounds().map(|_| outline)
}

fn add_kinds(categories: &mut Vec<Category>, kinds: Vec<Kind>, reader: &mut Reader<'_>) {
    let citizens = categories.len();
    for kind in kinds {
        let line = reader.line(KINDS, &kind.slug, 0);
        if kind.limit.is_some() && kind.limit_source.is_none() {
            let words =
                format!("kind `{}` has a limit without `limitSource`: say where it is from", kind.slug);
            reader.fault(KINDS, line, words);
        }
        match categories.iter().take(citizens).find(|category| category.slug == kind.of) {
            Some(citizen) => {
                let category = citizen.of_kind(kind);
                categories.push(category);
            }
            None => {
                let words = format!(
                    "kind `{}` is of `{}`, which categories.yaml lacks: name a citizen category",
                    kind.slug, kind.of
                );
                reader.fault(KINDS, line, words);
            }
        }
    }
}

fn town(properties: TownProperties, geometry: MultiPolygon) -> Town {
    let TownProperties { code, name, center_name } = properties;
    Town { code, name, center_name, geometry }
}

fn segment(properties: SegmentProperties, geometry: MultiPolygon) -> Segment {
    let SegmentProperties { code, name, road_code, road_name, town_code } = properties;
    Segment { code, name, road_code, road_name, town_code, geometry }
}
