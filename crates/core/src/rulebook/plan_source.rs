//! Reading the optional parts of a rulebook: one file each.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::items::Drawing;
use super::reader::Reader;
use crate::assessment::Assessment;
use crate::hotline::Hotlines;
use crate::place::{
    AreaKind, Center, Component, CoordinateSystem, DeclaredPoint, Region, Road, RoadClass, WatchClass, Zone,
    ZoneKind,
};
use crate::plan::{Person, Plan, Process, Supervision};
use crate::staff::Level;

/// The files, each of which may be absent.
pub const FILES: [&str; 25] = [
    "areas/districts.geojson",
    "areas/districts.csv",
    "areas/communities.geojson",
    "areas/communities.csv",
    "areas/grids.geojson",
    "areas/grids.csv",
    ZONES,
    "areas/roads.csv",
    COMPONENTS,
    "units.yaml",
    "topics.yaml",
    "groups.yaml",
    "posts.yaml",
    "people.csv",
    "overlays.yaml",
    "minute-clocks.yaml",
    "escalation.yaml",
    "process.yaml",
    "supervision.yaml",
    "targets.yaml",
    "records.yaml",
    "staff-notices.yaml",
    "limits.yaml",
    ASSESSMENT,
    PARTNERS,
];
pub const ASSESSMENT: &str = "assessment.yaml";
pub const PARTNERS: &str = "partners.yaml";
pub const ZONES: &str = "areas/zones.geojson";
pub const COMPONENTS: &str = "components.csv";

/// The files that hold regions, with their level.
pub const REGION_FILES: [(&str, Level); 6] = [
    ("areas/districts.geojson", Level::District),
    ("areas/districts.csv", Level::District),
    ("areas/communities.geojson", Level::Community),
    ("areas/communities.csv", Level::Community),
    ("areas/grids.geojson", Level::Grid),
    ("areas/grids.csv", Level::Grid),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegionProperties {
    code: String,
    name: String,
    parent: String,
    #[serde(default)]
    kind: Option<AreaKind>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ZoneProperties {
    code: String,
    name: String,
    kind: ZoneKind,
    #[serde(default)]
    center_code: Option<String>,
    #[serde(default)]
    center_name: Option<String>,
    #[serde(default)]
    lead: Option<String>,
    #[serde(default)]
    road_classes: Vec<RoadClass>,
    #[serde(default)]
    watch: Option<WatchClass>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ComponentLine {
    no: String,
    kind: String,
    owner: String,
    longitude: f64,
    latitude: f64,
    coordinate_system: CoordinateSystem,
    accuracy_meters: f64,
    chip: Option<String>,
}

/// The plan, and whether one of its area files is a drawing.
pub(super) fn read(reader: &mut Reader<'_>) -> (bool, Plan) {
    let (drawn_regions, regions) = regions(reader);
    let (drawn_zones, zones) = zones(reader);
    let roads: Vec<(usize, Road)> = reader.optional_csv("areas/roads.csv");
    let people: Vec<(usize, Person)> = reader.optional_csv("people.csv");
    let process: Option<Process> = reader.optional_yaml("process.yaml");
    let assessment: Option<Assessment> = reader.optional_yaml(ASSESSMENT);
    let hotlines: Option<Hotlines> = reader.optional_yaml(PARTNERS);
    let supervision: Option<Supervision> = reader.optional_yaml("supervision.yaml");
    let plan = Plan {
        regions,
        zones,
        roads: roads.into_iter().map(|(_, road)| road).collect(),
        components: components(reader),
        units: reader.optional_list("units.yaml"),
        topics: reader.optional_list("topics.yaml"),
        groups: reader.optional_list("groups.yaml"),
        posts: reader.optional_list("posts.yaml"),
        people: people.into_iter().map(|(_, person)| person).collect(),
        overlays: reader.optional_list("overlays.yaml"),
        minute_clocks: reader.optional_list("minute-clocks.yaml"),
        ladder: reader.optional_list("escalation.yaml"),
        process: process.unwrap_or_default(),
        supervision: supervision.unwrap_or_default(),
        targets: reader.optional_list("targets.yaml"),
        records: reader.optional_list("records.yaml"),
        limits: reader.optional_list("limits.yaml"),
        staff_notices: reader.optional_list("staff-notices.yaml"),
        assessment: assessment.unwrap_or_default(),
        hotlines: hotlines.unwrap_or_default(),
    };
    (drawn_regions || drawn_zones, plan)
}

fn regions(reader: &mut Reader<'_>) -> (bool, Vec<Region>) {
    let (mut drawn, mut regions) = (false, Vec::new());
    for (file, level) in REGION_FILES {
        let region = |properties: RegionProperties, geometry| {
            let RegionProperties { code, name, parent, kind } = properties;
            Region { code, name, level, parent, kind, geometry }
        };
        if file.ends_with(".csv") {
            let lines = reader.optional_csv::<RegionProperties>(file);
            regions.extend(lines.into_iter().map(|(_, line)| region(line, Default::default())));
        } else {
            let Drawing { schematic, features } = reader.optional_features::<RegionProperties>(file);
            drawn |= schematic;
            regions.extend(features.into_iter().map(|(_, it)| region(it.properties, it.geometry.into())));
        }
    }
    (drawn, regions)
}

fn zones(reader: &mut Reader<'_>) -> (bool, Vec<Zone>) {
    let Drawing { schematic, features } = reader.optional_features::<ZoneProperties>(ZONES);
    let mut zones = Vec::new();
    for (line, feature) in features {
        let ZoneProperties { code, name, kind, center_code, center_name, lead, road_classes, watch } =
            feature.properties;
        if kind == ZoneKind::Override && (center_code.is_none() || center_name.is_none()) {
            let words = format!("zone `{code}` overrides, so it needs `centerCode` and `centerName`");
            reader.fault(ZONES, Some(line), words);
        }
        let center = center_code.zip(center_name).map(|(code, name)| Center { code, name });
        let geometry = feature.geometry.into();
        zones.push(Zone { code, name, kind, center, lead, road_classes, watch, geometry });
    }
    (schematic, zones)
}

fn components(reader: &mut Reader<'_>) -> Vec<Component> {
    let lines: Vec<(usize, ComponentLine)> = reader.optional_csv(COMPONENTS);
    let (mut components, mut seen, mut chips) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for (line, it) in lines {
        if let Some(first) = seen.insert(it.no.clone(), line) {
            let words =
                format!("component `{}` stands in line {first} already: one number, one thing", it.no);
            reader.fault(COMPONENTS, Some(line), words);
        }
        let chip = it.chip.filter(|chip| !chip.is_empty());
        if let Some(first) = chip.clone().and_then(|chip| chips.insert(chip, line)) {
            reader.fault(COMPONENTS, Some(line), format!("its chip is that of line {first} already"));
        }
        if !(0.0..=100.0).contains(&it.accuracy_meters) {
            reader.fault(COMPONENTS, Some(line), "`accuracyMeters` must lie between 0 and 100");
        }
        let declared =
            DeclaredPoint { longitude: it.longitude, latitude: it.latitude, system: it.coordinate_system };
        match declared.to_wgs84() {
            Ok(point) => components.push(Component {
                no: it.no,
                kind: it.kind,
                owner: it.owner,
                point,
                accuracy_meters: it.accuracy_meters,
                chip,
            }),
            Err(error) => reader.fault(COMPONENTS, Some(line), error.to_string()),
        }
    }
    components
}
