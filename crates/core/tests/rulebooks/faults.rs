//! A rulebook that is wrong is refused with every fault, its file, its line and what to do.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use jiekou_core::rulebook::{geometry_check, source, warnings::not_in_the_past};

use crate::folder::{PLANS, texts};

/// Checks slips, each a plan, its file, what is replaced there by what, and words that must be told of it.
pub fn all_told(slips: &[(&str, &str, &str, &str, &str)]) {
    let missed: Vec<String> = slips
        .iter()
        .map(|(plan, file, from, to, expected)| (expected, told(plan, file, from, to)))
        .filter(|(expected, told)| !told.iter().any(|fault| fault.contains(**expected)))
        .map(|(expected, told)| format!("{expected}: {told:#?}"))
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// The faults of a plan after one replacement in one file.
fn told(plan: &str, file: &str, from: &str, to: &str) -> Vec<String> {
    let mut texts = texts(plan);
    let text = texts[file].replacen(from, to, 1);
    assert_ne!(text, texts[file], "{file} has no {from}");
    texts.insert(file.into(), text);
    faults(&texts)
}

fn faults(texts: &BTreeMap<String, String>) -> Vec<String> {
    source::read(texts).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn each_slip_is_told_once_with_file_line_and_what_to_do() {
    all_told(&[
        // Categories and topics.
        (
            "dengfeng",
            "topics.yaml",
            "categories: [cooking-fumes]",
            "categories: []",
            "topics.yaml: category `cooking-fumes` has no route",
        ),
        (
            "dengfeng",
            "topics.yaml",
            "categories: [river]",
            "categories: [river, dirty-road]",
            "topics.yaml:64: category `dirty-road` stands under two leads",
        ),
        (
            "dengfeng",
            "topics.yaml",
            "lead: transport",
            "lead: transprt",
            "topics.yaml:44: topic `5.3` names unit `transprt`",
        ),
        ("dengfeng", "topics.yaml", "no: \"15\"", "no: \"14\"", "topics.yaml:"),
        ("dengfeng", "components.csv", ",power-company,", ",nobody,", "components.csv:"),
        ("erqi", "kinds.yaml", "slug: spitting", "slug: smoking", "kinds.yaml:"),
        (
            "erqi",
            "kinds.yaml",
            "of: uncivil-conduct",
            "of: conduct",
            "which categories.yaml lacks: name a citizen category",
        ),
        ("erqi", "kinds.yaml", "code: \"0303\"", "code: \"03O3\"", "write four digits"),
        (
            "erqi",
            "categories.yaml",
            "family: road",
            "family: sea",
            "categories.yaml:20: category `road-damage` is of family `sea`",
        ),
        ("zhengzhou", "groups.yaml", "[small-ads]", "[small-ads, rubble]", "stands under two members"),
        (
            "party-road-chief",
            "process.yaml",
            "manhole, dirty-road",
            "manholes, dirty-road",
            "process.yaml:6: selfHandling names category `manholes`",
        ),
        (
            "party-road-chief",
            "process.yaml",
            "unclearOwner: firstReceiver",
            "unclearOwner: firstReceiver\ndigest:\n  recipients: [!post mayor]",
            "process.yaml:5: `digest.recipients` names post `mayor`, which posts.yaml lacks",
        ),
        (
            "erqi",
            "process.yaml",
            "unclearOwner: firstReceiver",
            "unclearOwner: firstReceiver\npatrols: { tellAt: \"8\" }",
            "process.yaml:5: patrols: \"8\" is not a time of day",
        ),
        ("erqi", "posts.yaml", "every: week", "times: 0, every: week", "post `l1` patrols no time at all"),
        // Clocks.
        (
            "erqi",
            "clocks.yaml",
            "unit: workHour",
            "unit: hour",
            "clocks.yaml:6: dispatch.unit: unknown variant `hour`, expected one of `minute`",
        ),
        (
            "erqi",
            "categories.yaml",
            "unit: workDay",
            "unit: week",
            "categories.yaml:27: handleLimit.unit: unknown variant `week`",
        ),
        ("dalian", "overlays.yaml", "unit: urgentHour", "unit: hour", "overlays.yaml:"),
        (
            "dalian",
            "minute-clocks.yaml",
            "from: notified",
            "from: arrived",
            "minute-clocks.yaml:2: clock `arrive-5` ends before it begins",
        ),
        ("dalian", "minute-clocks.yaml", "unit: minute", "unit: workHour", "use minute or urgentHour"),
        (
            "dalian",
            "minute-clocks.yaml",
            "id: renew-59",
            "id: arrive-5",
            "minute-clocks.yaml:8: clock `arrive-5` stands twice",
        ),
        ("erqi", "calendar.yaml", "2025-02-08", "2025-02-30", "calendar.yaml:"),
        ("erqi", "calendar.yaml", "2025-02-08", "2026-02-08", "2026-02-08 is listed under 2025"),
        // Areas.
        (
            "dalian",
            "areas/communities.geojson",
            "\"parent\":\"210202001\"",
            "\"parent\":\"210202009\"",
            "is a part of `210202009`, which is nowhere",
        ),
        (
            "dalian",
            "areas/grids.geojson",
            "\"code\":\"210202001001002\"",
            "\"code\":\"210202001001001\"",
            "areas/grids.geojson:3: area `210202001001001` stands twice",
        ),
        (
            "dalian",
            "areas/grids.geojson",
            "\"code\":\"210202001001002\"",
            "\"code\":\"2102020010010\"",
            "no unit grid: it has 14 or 15 digits",
        ),
        (
            "dalian",
            "areas/grids.geojson",
            "\"code\":\"210202001001002\"",
            "\"code\":\"210202009001002\"",
            "numbered in another community",
        ),
        (
            "dalian",
            "areas/grids.geojson",
            "\"kind\":\"residential\"",
            "\"kind\":\"desert\"",
            "areas/grids.geojson:2: unknown variant `desert`",
        ),
        (
            "dengfeng",
            "areas/towns.geojson",
            "\"code\":\"410185002\"",
            "\"code\":\"410185001\"",
            "areas/towns.geojson:3: town `410185001` stands twice",
        ),
        ("dengfeng", "areas/towns.geojson", "[[[112.96,34.38],", "[[", "a ring of `410185001` is not closed"),
        ("dengfeng", "areas/towns.geojson", "[113.0,34.38]", "[34.38,113.0]", "longitude comes first"),
        (
            "dengfeng",
            "areas/segments.geojson",
            "\"townCode\":\"410185001\"",
            "\"townCode\":\"410185999\"",
            "areas/segments.geojson:2: segment `410185001001` lies in town `410185999`",
        ),
        ("dengfeng", "areas/roads.csv", "R001,", "R999,", "road `R999` has no segment"),
        (
            "party-road-chief",
            "areas/zones.geojson",
            "\"centerCode\":\"999901900\"",
            "\"centerCode\":\"999901001\"",
            "write nine digits that no town has",
        ),
        (
            "party-road-chief",
            "areas/zones.geojson",
            "\"lead\":\"urban-management\"",
            "\"lead\":\"nobody\"",
            "names unit `nobody`",
        ),
        // Turns, collectors, mandates.
        (
            "dalian",
            "people.csv",
            "001B（示意）,grid@jiekou.example,B",
            "001B（示意）,grid@jiekou.example,A",
            "in `210202001001001` two people of post `grid-residential` have turn A: one is A, one is B",
        ),
        ("dalian", "people.csv", "@jiekou.example,B", "@jiekou.example,C", "people.csv:3: "),
        ("party-road-chief", "process.yaml", "[l2-collector]", "[l9]", "`collection.posts` names post `l9`"),
        ("zhengzhou", "process.yaml", "mandates:", "duty: { change: month }\nmandates:", "process.yaml:"),
        ("zhengzhou", "process.yaml", "organise: district", "organise: ward", "process.yaml:"),
        // People and units.
        ("party-road-chief", "people.csv", "chief,999901001", "boss,999901001", "holds post `boss`"),
        (
            "party-road-chief",
            "people.csv",
            "chief,999901001",
            "chief,999901777",
            "`999901777`, which is no area",
        ),
        (
            "party-road-chief",
            "units.yaml",
            ", email: ga@jiekou.example",
            "",
            "units.yaml:4: unit `police` has nobody to call",
        ),
        (
            "dalian",
            "escalation.yaml",
            "!post community-secretary",
            "!post secretary",
            "escalation.yaml:3: the step 社区平台 goes to post `secretary`",
        ),
        ("erqi", "escalation.yaml", "tier: general", "tier: major", "tiers must rise"),
        ("erqi", "rulebook.yaml", "version:", "versoin:", "rulebook.yaml:"),
        (
            "erqi",
            "process.yaml",
            "closingAuthority: townCenter",
            "closingAuthority: nobody",
            "process.yaml:3: closingAuthority: unknown variant `nobody`",
        ),
    ]);
}

#[test]
fn areas_that_are_parts_of_each_other_are_a_cycle() {
    let mut texts = texts("dalian");
    let file = "areas/communities.geojson";
    let text = texts[file]
        .replacen(
            "\"code\":\"210202001001\",\"name\":\"海军广场第1社区（示意）\",\"parent\":\"210202001\"",
            "\"code\":\"210202001001\",\"name\":\"海军广场第1社区（示意）\",\"parent\":\"210202001002\"",
            1,
        )
        .replacen(
            "\"code\":\"210202001002\",\"name\":\"海军广场第2社区（示意）\",\"parent\":\"210202001\"",
            "\"code\":\"210202001002\",\"name\":\"海军广场第2社区（示意）\",\"parent\":\"210202001001\"",
            1,
        );
    assert_ne!(text, texts[file]);
    texts.insert(file.into(), text);
    let told = faults(&texts);
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(
        told[0].starts_with("areas/communities.geojson:2: area `210202001001` is a part of itself"),
        "{told:#?}"
    );
}

#[test]
fn every_fault_of_every_file_is_told_at_once() {
    let mut texts = texts("dalian");
    texts.remove("safety.yaml");
    let overlays =
        texts["overlays.yaml"].replace("unit: urgentHour", "unit: hour").replace("share: 1/3", "share: 2/1");
    texts.insert("overlays.yaml".into(), overlays);
    texts.insert("people.csv".into(), "post,area\nroad-chief,210202001001\n".into());
    let told = faults(&texts);
    for expected in
        ["safety.yaml: the file is missing", "overlays.yaml:7: ", "overlays.yaml:33: ", "people.csv:2: "]
    {
        assert!(told.iter().any(|it| it.starts_with(expected)), "{expected}: {told:#?}");
    }
}

#[test]
fn words_for_staff_are_about_acts_that_somebody_is_told_of() {
    let mut texts = texts("erqi");
    let words =
        "- { act: dispatch, title: 派单, words: \"{number}\" }\n- { act: sign, title: 签收, words: x }\n";
    texts.insert("staff-notices.yaml".into(), words.into());
    let told = faults(&texts);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0].starts_with("staff-notices.yaml:2: nobody is told of `sign`: write one of dispatch, "),
        "{told:#?}"
    );
}

#[test]
fn overlapping_areas_and_ground_that_no_town_covers_are_found() {
    let mut texts = texts("dengfeng");
    let towns = texts["areas/towns.geojson"].clone();
    // The first town's eastern border, moved east and then west.
    let moved = |to: &str| {
        let (line, rest) = (towns.lines().nth(1).unwrap(), "[113.0,");
        towns.replacen(line, &line.replace(rest, to), 1)
    };
    let (wide, narrow) = (moved("[113.01,"), moved("[112.99,"));
    texts.insert("areas/towns.geojson".into(), wide);
    let outline = source::outline(&texts);
    let found = geometry_check::check(&source::read(&texts).unwrap(), outline.as_ref());
    let words: Vec<String> = found.faults.iter().map(ToString::to_string).collect();
    assert!(
        words.iter().any(|it| it.starts_with("areas/towns.geojson: `410185001` and `410185002` overlap by ")),
        "{words:#?}"
    );
    texts.insert("areas/towns.geojson".into(), narrow);
    let found = geometry_check::check(&source::read(&texts).unwrap(), outline.as_ref());
    let words: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
    assert!(words.iter().any(|it| it.contains("lie in no town, for example at 112.99")), "{words:#?}");
}

#[test]
fn a_version_does_not_take_effect_backwards() {
    let mut texts = texts("erqi");
    let head = texts["rulebook.yaml"].replacen(
        "version: \"2018.1\"",
        "version: \"2\"\neffectiveFrom: 2026-08-01",
        1,
    );
    texts.insert("rulebook.yaml".into(), head);
    let data = source::read(&texts).unwrap();
    let on = |day: &str| not_in_the_past(&data, day.parse::<NaiveDate>().unwrap());
    assert_eq!((on("2026-07-31"), on("2026-08-01")), (None, None));
    let told = on("2026-08-02").unwrap().to_string();
    assert!(told.contains("2026-08-01") && told.contains("name a day from 2026-08-02 on"), "{told}");
    let wrong = texts["rulebook.yaml"].replacen("2026-08-01", "2026-13-01", 1);
    texts.insert("rulebook.yaml".into(), wrong);
    assert!(faults(&texts)[0].starts_with("rulebook.yaml"), "{:?}", faults(&texts));
}

#[test]
fn any_mixture_of_the_shipped_files_is_read_or_refused_with_words() {
    for plan in PLANS {
        for other in PLANS.iter().filter(|other| **other != plan) {
            let (own, foreign) = (texts(plan), texts(other));
            for (file, text) in foreign.iter().filter(|(file, _)| !file.ends_with(".geojson")) {
                let mut mixed = own.clone();
                mixed.insert(file.clone(), text.clone());
                if let Err(told) = source::read(&mixed) {
                    assert!(
                        told.iter().all(|fault| !fault.words.is_empty()),
                        "{plan} with {file} of {other}"
                    );
                }
            }
        }
    }
}
