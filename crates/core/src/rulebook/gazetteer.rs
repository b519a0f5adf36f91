//! The named places of a district: two optional files of the rulebook's folder.
//!
//! `gazetteer.csv` has a header and the columns `name,kind,address,longitude,latitude,coordinateSystem,radiusMeters`;
//! `kind` is `landmark` or `shop`, `address` and `radiusMeters` may be empty. `gazetteer.yaml` says when words are
//! enough to act on; without it the defaults of [`Settings`] hold.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::source::Fault;
use crate::place::gazetteer::{NamedPlace, PlaceKind, Settings};
use crate::place::{CoordinateSystem, DeclaredPoint};

/// The files, each of which may be absent.
pub const FILES: [&str; 2] = [PLACES, SETTINGS];
pub const PLACES: &str = "gazetteer.csv";
const SETTINGS: &str = "gazetteer.yaml";

/// Most faults told of one file: a wrong column makes thousands.
const TOLD: usize = 20;

/// The named places, and when words are enough.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GazetteerData {
    pub settings: Settings,
    pub places: Vec<NamedPlace>,
}

/// A line of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    pub name: String,
    pub kind: PlaceKind,
    pub address: Option<String>,
    pub longitude: f64,
    pub latitude: f64,
    pub coordinate_system: CoordinateSystem,
    pub radius_meters: Option<f64>,
}

/// Reads what there is of [`FILES`].
///
/// # Errors
/// Every fault, with its file; of one file at most twenty.
pub fn read(files: &BTreeMap<String, String>) -> Result<GazetteerData, Vec<Fault>> {
    let mut faults = Vec::new();
    let settings = files.get(SETTINGS).map(|text| settings(text));
    let settings = match settings.transpose() {
        Ok(settings) => settings.unwrap_or_default(),
        Err(words) => {
            faults.push(Fault::new(SETTINGS, None, words));
            Settings::default()
        }
    };
    let mut places = Vec::new();
    for line in files.get(PLACES).map(|text| lines(text)).unwrap_or_default() {
        match line.and_then(place) {
            Ok(place) => places.push(place),
            Err(words) if faults.len() < TOLD => faults.push(told(words)),
            Err(_told_enough) => {}
        }
    }
    if faults.is_empty() { Ok(GazetteerData { settings, places }) } else { Err(faults) }
}

/// A fault of the places; its words begin with the line.
fn told(words: String) -> Fault {
    let split = words.strip_prefix("line ").and_then(|rest| rest.split_once(": "));
    match split.and_then(|(line, rest)| Some((line.parse().ok()?, rest))) {
        Some((line, rest)) => Fault::new(PLACES, Some(line), rest),
        None => Fault::new(PLACES, None, words),
    }
}

fn settings(text: &str) -> Result<Settings, String> {
    if text.trim().is_empty() {
        return Ok(Settings::default());
    }
    let settings: Settings = serde_yaml_ng::from_str(text).map_err(|error| error.to_string())?;
    if !(0.0..=1.0).contains(&settings.resolve_from) {
        return Err("`resolveFrom` must lie between 0 and 1".to_owned());
    }
    if !(0.0..=10_000.0).contains(&settings.resolve_within_meters) {
        return Err("`resolveWithinMeters` must lie between 0 and 10000".to_owned());
    }
    Ok(settings)
}

/// The lines of a file of places, each with what is wrong with it.
pub fn lines(text: &str) -> Vec<Result<(u64, Line), String>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let read = reader.deserialize::<Line>();
    let numbered = read.zip(2_u64..).map(|(line, number)| match line {
        Ok(line) => Ok((number, line)),
        Err(error) => Err(format!("line {number}: {error}")),
    });
    numbered.collect()
}

fn place((number, line): (u64, Line)) -> Result<NamedPlace, String> {
    let fault = |words: &str| Err(format!("line {number}: {words}"));
    if line.name.is_empty() || line.name.chars().count() > 100 {
        return fault("`name` must have 1 to 100 characters");
    }
    if !matches!(line.kind, PlaceKind::Landmark | PlaceKind::Shop) {
        return fault("`kind` must be landmark or shop");
    }
    if line.radius_meters.is_some_and(|meters| !(0.0..=5_000.0).contains(&meters)) {
        return fault("`radiusMeters` must lie between 0 and 5000");
    }
    let declared =
        DeclaredPoint { longitude: line.longitude, latitude: line.latitude, system: line.coordinate_system };
    let point = declared.to_wgs84().map_err(|error| format!("line {number}: {error}"))?;
    let Line { name, kind, address, radius_meters, .. } = line;
    let address = address.filter(|address| !address.is_empty());
    Ok(NamedPlace { name, kind, address, point, radius_meters })
}

/// Headers under which files of places keep each thing, in lower case.
const NAME: [&str; 5] = ["name", "名称", "店名", "title", "门店名称"];
const ADDRESS: [&str; 5] = ["address", "地址", "addr", "店铺地址", "详细地址"];
const LONGITUDE: [&str; 6] = ["longitude", "lon", "lng", "经度", "x", "long"];
const LATITUDE: [&str; 4] = ["latitude", "lat", "纬度", "y"];
const KIND: [&str; 1] = ["kind"];

/// Places read from a foreign file.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    pub lines: Vec<Line>,
    /// What was left out, one entry a line, with the reason.
    pub left_out: Vec<String>,
}

/// Reads a CSV file of places, whichever of the usual headers it has. A line without a name or a point in China is
/// left out; lines without a kind are shops.
///
/// # Errors
/// With words, when a column is missing or the file is no CSV.
pub fn import(text: &str, system: CoordinateSystem) -> Result<Import, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| error.to_string())?.clone();
    let column =
        |known: &[&str]| headers.iter().position(|header| known.contains(&header.to_lowercase().as_str()));
    let needed = |what: &str, known: &[&str]| {
        column(known)
            .ok_or_else(|| format!("no column for the {what}: one of {} is needed", known.join(", ")))
    };
    let (name, longitude, latitude) =
        (needed("name", &NAME)?, needed("longitude", &LONGITUDE)?, needed("latitude", &LATITUDE)?);
    let (address, kind) = (column(&ADDRESS), column(&KIND));
    let mut import = Import { lines: Vec::new(), left_out: Vec::new() };
    let mut seen = BTreeSet::new();
    for (record, number) in reader.records().zip(2_u64..) {
        let record = record.map_err(|error| format!("line {number}: {error}"))?;
        let text =
            |column: Option<usize>| column.and_then(|at| record.get(at)).unwrap_or_default().to_owned();
        let degrees = |column: usize| text(Some(column)).parse::<f64>().unwrap_or(f64::NAN);
        let line = Line {
            name: text(Some(name)),
            kind: if text(kind) == "landmark" { PlaceKind::Landmark } else { PlaceKind::Shop },
            address: Some(text(address)).filter(|address| !address.is_empty()),
            longitude: degrees(longitude),
            latitude: degrees(latitude),
            coordinate_system: system,
            radius_meters: None,
        };
        if !seen.insert((line.name.clone(), line.address.clone())) {
            import.left_out.push(format!("line {number}: stands twice"));
            continue;
        }
        match place((number, line.clone())) {
            Ok(_) => import.lines.push(line),
            Err(reason) => import.left_out.push(reason),
        }
    }
    Ok(import)
}

/// The lines as the rulebook's file; those of `kept` that are not among them come first.
///
/// # Errors
/// When a line cannot be written as CSV.
pub fn write(kept: &[Line], lines: &[Line]) -> Result<String, String> {
    let new: BTreeSet<_> = lines.iter().map(|line| (&line.name, &line.address)).collect();
    let kept = kept.iter().filter(|line| !new.contains(&(&line.name, &line.address)));
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in kept.chain(lines) {
        writer.serialize(line).map_err(|error| error.to_string())?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(csv: &str, yaml: &str) -> BTreeMap<String, String> {
        [(PLACES, csv), (SETTINGS, yaml)].map(|(name, text)| (name.to_owned(), text.to_owned())).into()
    }

    #[test]
    fn a_folder_without_named_places_has_none_and_the_defaults() {
        assert_eq!(read(&BTreeMap::new()).unwrap(), GazetteerData::default());
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let csv = "name,kind,address,longitude,latitude,coordinateSystem,radiusMeters\n\
                   二七塔,landmark,,113.67,34.75,GCJ-02,80\n\
                   海,landmark,,0,0,WGS-84,\n\
                   店,road,,113.67,34.75,WGS-84,\n\
                   店,shop,,113.67,34.75,CGCS,\n";
        let faults = read(&files(csv, "resolveFrom: 2\n")).unwrap_err();
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told[0].contains("`resolveFrom`"));
        assert!(told[1].contains(".csv:3:") && told[2].contains(".csv:4:") && told[3].contains(".csv:5:"));
    }

    #[test]
    fn a_foreign_file_is_read_by_its_headers_and_written_as_ours() {
        let foreign = "\u{feff}district,type,名称,地址,lng,lat\n二七区,中餐厅,\"甲, 乙店\",大学路1号,113.64,34.73\n\
                       二七区,中餐厅,无坐标,大学路2号,,\n二七区,中餐厅,\"甲, 乙店\",大学路1号,113.64,34.73\n";
        let import = import(foreign, CoordinateSystem::Gcj02).unwrap();
        assert_eq!((import.lines.len(), import.left_out.len()), (1, 2), "{:?}", import.left_out);
        let text = write(&[], &import.lines).unwrap();
        let again = write(&import.lines, &import.lines).unwrap();
        assert_eq!(text, again, "importing again changes nothing");
        let data = read(&files(&text, "")).unwrap();
        assert_eq!(data.places[0].name, "甲, 乙店");
        assert!((data.places[0].point.longitude() - 113.634).abs() < 0.001, "converted from GCJ-02");
        assert!(super::import("a,b\n1,2\n", CoordinateSystem::Wgs84).unwrap_err().contains("name"));
    }
}
