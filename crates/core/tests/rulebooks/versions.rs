//! What a new version changes, and where past reports would go under it.

use jiekou_core::place::CoordinateSystem;
use jiekou_core::rulebook::diff::differences;
use jiekou_core::rulebook::simulate::{changes, outcome, requests};
use jiekou_core::rulebook::{Rulebook, RulebookData, import_areas, source};

use crate::folder::{self, texts};

/// A plan after replacements, each in one file.
fn edited(plan: &str, edits: &[(&str, &str, &str)]) -> RulebookData {
    let mut texts = texts(plan);
    for (file, from, to) in edits {
        let text = texts[*file].replacen(from, to, 1);
        assert_ne!(text, texts[*file], "{file} has no {from}");
        texts.insert((*file).to_owned(), text);
    }
    source::read(&texts).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

#[test]
fn a_version_is_told_from_the_one_before_in_words() {
    let old = edited("dengfeng", &[]);
    assert_eq!(differences(&old, &old), Vec::<String>::new());
    let new = edited(
        "dengfeng",
        &[
            ("rulebook.yaml", "version: \"2020.1\"", "version: \"2021.1\""),
            (
                "categories.yaml",
                "handleLimit: { amount: 2, unit: urgentHour }",
                "handleLimit: { amount: 4, unit: workHour }",
            ),
            ("topics.yaml", "lead: health", "lead: urban-management"),
            (
                "topics.yaml",
                "coHandlers: [urban-management, transport, housing]",
                "coHandlers: [health, transport, housing]",
            ),
            (
                "units.yaml",
                "- { code: women-federation",
                "- { code: archive, name: 市档案馆, kind: authority, contact: { post: 联系人, email: dag@jiekou.example } }\n- { code: women-federation",
            ),
            ("process.yaml", "closingAuthority: townCenter", "closingAuthority: districtCenter"),
            ("areas/towns.geojson", "\"name\":\"嵩阳街道\"", "\"name\":\"嵩阳新街道\""),
        ],
    );
    let told = differences(&old, &new);
    for expected in [
        "version is `2021.1` instead of `2020.1`",
        "category `manhole`: handleLimit is 4 workHour instead of 2 urgentHour",
        "topic `7`: lead is `urban-management` instead of `health`",
        "topic `7`: coHandlers: `health` instead of `urban-management`",
        "unit `archive` (市档案馆) is new",
        "process: closingAuthority is `districtCenter` instead of `townCenter`",
        "town `410185001`: name is `嵩阳新街道` instead of `嵩阳街道`",
    ] {
        assert!(told.iter().any(|it| it == expected), "{expected}: {told:#?}");
    }
    assert!(differences(&new, &old).iter().any(|it| it == "unit `archive` is gone"));
}

#[test]
fn ground_that_is_drawn_anew_is_told_with_its_size() {
    let old = edited("dengfeng", &[]);
    let mut new = old.clone();
    for ring in new.towns[0].geometry.0[0].iter_mut() {
        for vertex in ring.iter_mut().filter(|vertex| vertex[0] > 112.99) {
            vertex[0] -= 0.001;
        }
    }
    let told = differences(&old, &new);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].starts_with("town `410185001`: its ground is drawn anew, "), "{told:#?}");
}

#[test]
fn past_reports_show_where_each_would_go_by_when_and_what_changes() {
    let old = Rulebook::new(edited("dalian", &[]));
    let grid = old.plan().regions.iter().find(|it| it.kind.is_some()).unwrap();
    let point = folder::inside(&grid.geometry);
    let text = format!(
        "id,time,lon,lat,description\nA1,2026-08-03 08:00,{},{},垃圾桶满溢\nA2,2026-08-03T08:00:00+08:00,{},{},店外经营\n,2026/8/3 08:00,,,请来看看\n",
        point.longitude(),
        point.latitude(),
        point.longitude(),
        point.latitude()
    );
    let past = requests(&text, CoordinateSystem::Wgs84).unwrap();
    let said: Vec<_> = past.iter().map(|request| outcome(request, &old)).collect();
    assert_eq!(
        (said[0].category.as_str(), said[0].due.as_str(), said[0].rule.as_str()),
        ("bin-overflow", "2026-08-03 08:48", "overlays.residential")
    );
    assert_eq!(said[0].grid.as_deref(), Some(grid.code.as_str()));
    assert_eq!((said[1].category.as_str(), said[1].due.as_str()), ("shop-outside", "2026-08-03 08:30"));
    assert_eq!(
        (past[2].id.as_str(), said[2].category.as_str(), said[2].center.as_str()),
        ("line 4", "unclassified", "大连市智慧城管监督指挥平台")
    );
    let new = Rulebook::new(edited(
        "dalian",
        &[(
            "overlays.yaml",
            "{ category: household-waste, share: 1/5 }",
            "{ category: household-waste, share: 1/3 }",
        )],
    ));
    let told = changes(&said[0], &outcome(&past[0], &new));
    assert_eq!(
        told,
        ["due 2026-08-03 09:20 by overlays.residential instead of 2026-08-03 08:48 by overlays.residential"]
    );
    assert_eq!(changes(&said[1], &outcome(&past[1], &new)), Vec::<String>::new());
}

#[test]
fn a_file_of_past_reports_that_is_wrong_is_told_line_by_line() {
    let text = "time,lon,lat,description\nyesterday,113,34,a\n2026-08-03 08:00,113,,b\n2026-08-03 08:00,34,113,c\n2026-08-03 08:00,x,34,d\n";
    let told = requests(text, CoordinateSystem::Gcj02).unwrap_err();
    for line in 2..=5 {
        assert!(told.iter().any(|it| it.starts_with(&format!("line {line}: "))), "{line}: {told:#?}");
    }
}

/// The areas of a plan as one file, in `system`.
fn one_file(data: &RulebookData) -> String {
    let mut features: Vec<serde_json::Value> = Vec::new();
    let mut add = |properties: serde_json::Value, geometry: &jiekou_core::place::MultiPolygon| {
        features.push(serde_json::json!({ "type": "Feature", "properties": properties, "geometry": { "type": "MultiPolygon", "coordinates": geometry } }));
    };
    for it in &data.towns {
        add(
            serde_json::json!({ "编码": it.code, "名称": it.name, "层级": "街道", "centerName": it.center_name }),
            &it.geometry,
        );
    }
    for it in &data.segments {
        add(
            serde_json::json!({ "code": it.code, "name": it.name, "level": "segment", "roadCode": it.road_code, "roadName": it.road_name, "townCode": it.town_code }),
            &it.geometry,
        );
    }
    serde_json::json!({ "type": "FeatureCollection", "features": features }).to_string()
}

#[test]
fn areas_of_a_city_become_the_files_of_a_folder() {
    let data = edited("dengfeng", &[]);
    let file = one_file(&data);
    let imported = import_areas::read("city.geojson", &file, CoordinateSystem::Wgs84).unwrap();
    assert_eq!((imported.counts["town"], imported.counts["segment"]), (15, 60));
    let mut texts = texts("dengfeng");
    texts.extend(imported.files.into_iter().map(|(name, text)| (name.to_owned(), text)));
    let again = source::read(&texts).unwrap();
    assert!(!again.schematic, "what a city hands over is no drawing");
    assert_eq!((&again.towns, &again.segments), (&data.towns, &data.segments));
    let shifted = import_areas::read("city.geojson", &file, CoordinateSystem::Gcj02).unwrap();
    texts.extend(shifted.files.into_iter().map(|(name, text)| (name.to_owned(), text)));
    let moved = source::read(&texts).unwrap();
    let [before, after] = [&data, &moved].map(|data| folder::inside(&data.towns[0].geometry));
    assert!((300.0..900.0).contains(&before.distance_meters(after)), "GCJ-02 is made WGS-84");
}

#[test]
fn areas_out_of_a_table_are_read_and_every_slip_is_told_with_its_line() {
    let table = "code,name,level,parent,kind,geometry\n\
        410185001,嵩阳街道,town,,,\"POLYGON((112.96 34.38,113.0 34.38,113.0 34.42,112.96 34.38))\"\n\
        410185001001,一社区,社区,410185001,,\"POLYGON((112.96 34.38,113.0 34.38,113.0 34.42,112.96 34.38))\"\n\
        410185001001001,一格,网格,410185001001,residential,\"POLYGON((112.96 34.38,113.0 34.38,113.0 34.42,112.96 34.38))\"\n";
    let imported = import_areas::read("areas.csv", table, CoordinateSystem::Wgs84).unwrap();
    assert_eq!(imported.counts.values().sum::<usize>(), 3);
    let wrong = "code,name,level,parent,kind,geometry\n\
        1,a,planet,,,\"POLYGON((112.96 34.38,113.0 34.38,113.0 34.42,112.96 34.38))\"\n\
        2,b,grid,1,,\"POLYGON((112.96 34.38,113.0 34.38,113.0 34.42,112.96 34.38))\"\n\
        3,c,town,,,\"POLYGON((112.96 34.38,113.0 34.38,113.0 34.42))\"\n\
        4,d,town,,,\"CIRCLE(1 2)\"\n\
        5,e,town,,,\n\
        6,f,town,,,\"POLYGON((34.38 112.96,34.38 113.0,34.42 113.0,34.38 112.96))\"\n";
    let told: Vec<String> = import_areas::read("areas.csv", wrong, CoordinateSystem::Gcj02)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    for expected in [
        "areas.csv:2: level `planet`",
        "areas.csv:3: a grid needs `kind`",
        "areas.csv:4: a ring is not closed",
        "areas.csv:5: its geometry: `CIRCLE`",
        "areas.csv:6: it has no ground",
        "areas.csv:7: [34.38, 112.96]",
    ] {
        assert!(told.iter().any(|it| it.starts_with(expected)), "{expected}: {told:#?}");
    }
    assert!(import_areas::read("a.geojson", "{", CoordinateSystem::Wgs84).is_err());
    let empty = import_areas::read("a.geojson", "{\"features\":[]}", CoordinateSystem::Wgs84).unwrap_err();
    assert!(empty[0].words.contains("no area"));
}
