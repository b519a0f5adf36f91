//! A city's own areas out of one file become the area files of a rulebook's folder.
//!
//! GeoJSON, or CSV with a column `geometry` in well-known text. Every area has `code`, `name` and `level`; what else a
//! level needs is told when it is missing. Coordinates become WGS-84 here, once, from the declared system.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::fault::Fault;
use super::geojson::Feature;
use super::items;
use super::source::{SEGMENTS, TOWNS};
use crate::place::{CoordinateSystem, DeclaredPoint, MultiPolygon, wkt};
use crate::staff::Level;

/// The largest file that is read, in bytes.
pub const LIMIT_BYTES: u64 = 64 * 1024 * 1024;

/// Columns under which cities write what we call otherwise.
const ALIASES: [(&str, &str); 14] = [
    ("编码", "code"),
    ("代码", "code"),
    ("名称", "name"),
    ("级别", "level"),
    ("层级", "level"),
    ("上级编码", "parent"),
    ("parentCode", "parent"),
    ("中心名称", "centerName"),
    ("道路编码", "roadCode"),
    ("道路名称", "roadName"),
    ("镇办编码", "townCode"),
    ("类型", "kind"),
    ("wkt", "geometry"),
    ("WKT", "geometry"),
];

/// What a file became.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The texts of the area files it stands for, by name; the others of a folder are left alone.
    pub files: BTreeMap<&'static str, String>,
    /// How many areas of each level.
    pub counts: BTreeMap<&'static str, usize>,
}

struct Area {
    line: usize,
    properties: Map<String, Value>,
    geometry: MultiPolygon,
}

/// Reads `text`, called `name`, whose coordinates are in `system`.
///
/// # Errors
/// Every fault with its line; nothing is taken then.
pub fn read(name: &str, text: &str, system: CoordinateSystem) -> Result<Imported, Vec<Fault>> {
    let text = text.trim_start_matches('\u{feff}');
    let (areas, mut faults) =
        if text.trim_start().starts_with('{') { from_geojson(name, text) } else { from_csv(name, text) };
    let mut features: BTreeMap<&'static str, Vec<Value>> = BTreeMap::new();
    let mut counts = BTreeMap::new();
    for area in areas {
        let line = area.line;
        match placed(area, system) {
            Ok((file, level, feature)) => {
                features.entry(file).or_default().push(feature);
                *counts.entry(level.name()).or_default() += 1;
            }
            Err(told) => faults.extend(told.into_iter().map(|words| Fault::new(name, Some(line), words))),
        }
    }
    if faults.is_empty() && counts.is_empty() {
        faults.push(Fault::new(name, None, "there is no area in it"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let files = features.into_iter().map(|(file, features)| (file, collection(&features)));
    Ok(Imported { files: files.collect(), counts })
}

fn from_geojson(name: &str, text: &str) -> (Vec<Area>, Vec<Fault>) {
    match items::features::<Map<String, Value>>(text) {
        Err((line, words)) => (Vec::new(), vec![Fault::new(name, line, words)]),
        Ok((drawing, faults)) => {
            let areas = drawing.features.into_iter().map(|(line, Feature { properties, geometry })| Area {
                line,
                properties: renamed(properties),
                geometry: geometry.into(),
            });
            let faults = faults.into_iter().map(|(line, words)| Fault::new(name, line, words));
            (areas.collect(), faults.collect())
        }
    }
}

fn from_csv(name: &str, text: &str) -> (Vec<Area>, Vec<Fault>) {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Columns(BTreeMap<String, String>);
    let read = items::csv_lines::<Columns>(text);
    let mut faults: Vec<Fault> =
        read.faults.into_iter().map(|(line, words)| Fault::new(name, line, words)).collect();
    let mut areas = Vec::new();
    for (line, Columns(columns)) in read.entries {
        let filled = columns.into_iter().filter(|(_, value)| !value.is_empty());
        let mut properties = renamed(filled.map(|(key, value)| (key, Value::String(value))).collect());
        let geometry = match properties.remove("geometry") {
            Some(Value::String(text)) => wkt::parse(&text),
            _ => Ok(MultiPolygon::default()),
        };
        match geometry {
            Ok(geometry) => areas.push(Area { line, properties, geometry }),
            Err(words) => faults.push(Fault::new(name, Some(line), format!("its geometry: {words}"))),
        }
    }
    (areas, faults)
}

fn renamed(properties: Map<String, Value>) -> Map<String, Value> {
    let ours = |key: String| {
        ALIASES.iter().find(|(theirs, _)| *theirs == key).map_or(key, |(_, ours)| (*ours).to_owned())
    };
    properties.into_iter().map(|(key, value)| (ours(key), value)).collect()
}

/// The file an area belongs to, and its feature.
fn placed(area: Area, system: CoordinateSystem) -> Result<(&'static str, Level, Value), Vec<String>> {
    let mut faults = Vec::new();
    let text = |key: &str| match area.properties.get(key) {
        Some(Value::String(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let level = text("level");
    let known = level.as_deref().and_then(level_of);
    let Some(level) = known else {
        return Err(vec![match level {
            None => "`level` is missing: city, district, town, community, segment or grid".to_owned(),
            Some(other) => format!("level `{other}`: write city, district, town, community, segment or grid"),
        }]);
    };
    let (file, needed, optional): (_, &[&str], &[&str]) = match level {
        Level::City => ("areas/district.geojson", &["code", "name"], &[]),
        Level::District => ("areas/districts.geojson", &["code", "name", "parent"], &[]),
        Level::Town => (TOWNS, &["code", "name"], &["centerName"]),
        Level::Community => ("areas/communities.geojson", &["code", "name", "parent"], &[]),
        Level::Segment => (SEGMENTS, &["code", "name", "roadCode", "roadName", "townCode"], &[]),
        Level::Grid => ("areas/grids.geojson", &["code", "name", "parent", "kind"], &[]),
    };
    let mut properties = Map::new();
    for key in needed {
        match text(key) {
            Some(value) => drop(properties.insert((*key).to_owned(), value.into())),
            None => faults.push(format!("a {} needs `{key}`", level.name())),
        }
    }
    properties.extend(optional.iter().filter_map(|key| Some(((*key).to_owned(), text(key)?.into()))));
    if level == Level::Town && !properties.contains_key("centerName") {
        let center = format!("{}数字化城管中心", text("name").unwrap_or_default());
        properties.insert("centerName".to_owned(), center.into());
    }
    if area.geometry.0.is_empty() {
        faults.push("it has no ground: give a polygon".to_owned());
    }
    faults.extend(area.geometry.0.iter().flatten().filter(|ring| ring.first() != ring.last()).map(|ring| {
        format!("a ring is not closed: it begins at {:?} and ends at {:?}", ring.first(), ring.last())
    }));
    let geometry = match converted(&area.geometry, system) {
        Ok(geometry) => geometry,
        Err(words) => {
            faults.push(words);
            MultiPolygon::default()
        }
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let geometry = json!({ "type": "MultiPolygon", "coordinates": geometry });
    Ok((file, level, json!({ "type": "Feature", "properties": properties, "geometry": geometry })))
}

fn level_of(text: &str) -> Option<Level> {
    Level::from_name(text).or(match text {
        "市" => Some(Level::City),
        "区" | "县" | "区县" => Some(Level::District),
        "镇" | "镇办" | "街道" | "乡镇" => Some(Level::Town),
        "社区" | "村" => Some(Level::Community),
        "路段" => Some(Level::Segment),
        "网格" | "单元网格" => Some(Level::Grid),
        _ => None,
    })
}

fn converted(geometry: &MultiPolygon, system: CoordinateSystem) -> Result<MultiPolygon, String> {
    let point = |&[longitude, latitude]: &[f64; 2]| {
        let declared = DeclaredPoint { longitude, latitude, system };
        let point = declared.to_wgs84().map_err(|error| format!("[{longitude}, {latitude}]: {error}"))?;
        Ok([rounded(point.longitude()), rounded(point.latitude())])
    };
    let ring = |ring: &Vec<[f64; 2]>| ring.iter().map(point).collect::<Result<Vec<_>, String>>();
    let polygon = |rings: &Vec<Vec<[f64; 2]>>| rings.iter().map(ring).collect::<Result<Vec<_>, String>>();
    geometry.0.iter().map(polygon).collect::<Result<Vec<_>, String>>().map(MultiPolygon)
}

/// Seven decimals are a centimetre.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

fn collection(features: &[Value]) -> String {
    let lines: Vec<String> = features.iter().map(Value::to_string).collect();
    format!(
        "{{\"type\": \"FeatureCollection\", \"coordinateSystem\": \"WGS-84\", \"features\": [\n{}\n]}}\n",
        lines.join(",\n")
    )
}
