//! The shipped rulebook, and what the core decides with it.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    reason = "an integration test is a test module"
)]

mod places;
mod recurrences;

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, Duration, Utc};
use jiekou_core::dedup::{Candidate, Decision, Fingerprint, Reason, Sketch, judge};
use jiekou_core::place::Wgs84;
use jiekou_core::report::{FieldCode, NewReport, RawLocation, RawReport, ReportedPlace};
use jiekou_core::routing::{Step, assign};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::rulebook::source::{FILES, read};
use jiekou_core::safety::dangers_in;

fn files() -> BTreeMap<String, String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks/erqi");
    FILES
        .iter()
        .map(|file| ((*file).to_owned(), std::fs::read_to_string(folder.join(file)).unwrap()))
        .collect()
}

fn rules() -> Rulebook {
    Rulebook::new(read(&files()).unwrap())
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn at(longitude: f64, latitude: f64) -> Wgs84 {
    Wgs84::new(longitude, latitude).unwrap()
}

#[test]
fn the_district_has_17_centers_and_291_segments_on_185_roads() {
    let rules = rules();
    let data = rules.data();
    assert_eq!((data.towns.len(), data.segments.len()), (17, 291));
    let roads: std::collections::HashSet<_> =
        data.segments.iter().map(|segment| &segment.road_code).collect();
    assert_eq!(roads.len(), 185);
    assert!(data.schematic);
}

#[test]
fn every_fault_of_a_rulebook_is_told_with_its_file() {
    let mut broken = files();
    broken.remove("clocks.yaml");
    broken.insert("safety.yaml".into(), "- kind: gas\n  words: 5\n".into());
    let faults = read(&broken).unwrap_err();
    let named: Vec<_> = faults.iter().map(|fault| fault.file.as_str()).collect();
    assert_eq!(named, ["clocks.yaml", "safety.yaml"]);
    let mut crossed = files();
    let categories = crossed["categories.yaml"].replacen("family: road", "family: sea", 1);
    crossed.insert("categories.yaml".into(), categories);
    let faults = read(&crossed).unwrap_err();
    assert!(faults[0].words.contains("`sea`"), "{}", faults[0]);
}

#[test]
fn a_point_of_every_segment_goes_to_its_own_town_and_the_trace_says_why() {
    let rules = rules();
    let mut checked = 0;
    for segment in &rules.data().segments {
        let ring = &segment.geometry.0[0][0];
        let count = f64::from(u32::try_from(ring.len()).unwrap());
        let (x, y) =
            ring.iter().fold((0.0, 0.0), |(x, y), vertex| (x + vertex[0] / count, y + vertex[1] / count));
        let middle = at(x, y);
        if !segment.geometry.contains(middle) {
            continue;
        }
        checked += 1;
        let place = ReportedPlace { point: Some(middle), ..ReportedPlace::default() };
        let assigned = assign(&place, &rules);
        assert_eq!(assigned.center.code, segment.town_code);
        assert_eq!(assigned.trace, vec![Step::PointInSegment { segment: segment.code.clone() }]);
    }
    assert!(checked > 250, "{checked}");
    let sea = ReportedPlace { point: Some(at(122.5, 30.5)), ..ReportedPlace::default() };
    let lost = assign(&sea, &rules);
    assert!(lost.place_unknown);
    assert_eq!(lost.trace, vec![Step::PointOutside, Step::PlaceUnknown]);
}

fn print(rules: &Rulebook, category: &str, words: &str, point: Wgs84) -> Fingerprint {
    let words = rules.vocabulary().read(words);
    Fingerprint {
        point: Some(point),
        accuracy_meters: None,
        category: category.into(),
        family: rules.family_of(category).into(),
        opened_at: now(),
        component_id: None,
        address: None,
        words: words.whole(),
        sketch: Sketch::of(&words),
        photos: vec![],
    }
}

#[test]
fn the_judge_joins_asks_or_keeps_apart() {
    let rules = rules();
    let spot = at(113.63, 34.735);
    let opened = |category, words| Candidate { case_id: 1, print: print(&rules, category, words, spot) };
    let table = [
        ("the same words at the same spot", "road-damage", "路面有坑", 0.0, Some(true)),
        ("other words at the same spot", "road-damage", "电动车摔倒了快来修", 5.0, Some(true)),
        ("near the edge of the radius, other words", "road-damage", "快来修", 70.0, Some(false)),
        ("beyond the radius", "road-damage", "路面有坑", 150.0, None),
        ("another family at the same spot", "street-light", "路面有坑", 0.0, None),
        ("unclassified, other words", "unclassified", "请来看看", 2.0, Some(false)),
        ("unclassified, the same words", "unclassified", "路面有坑", 2.0, Some(true)),
    ];
    for (what, category, words, east, expected) in table {
        let report = print(&rules, category, words, spot.offset_meters(east, 0.0));
        let data = rules.data();
        let said = judge(&report, &[opened("road-damage", "路面有坑")], &data.families, &data.dedup, now());
        let joins = match said.decision {
            Decision::Join { .. } => Some(true),
            Decision::Ask => Some(false),
            Decision::New => None,
        };
        assert_eq!(joins, expected, "{what}: {said:?}");
        assert_eq!(said.matches.is_empty(), expected.is_none(), "{what}");
    }
}

#[test]
fn components_windows_and_photos_decide_where_distance_cannot() {
    let rules = rules();
    let (spot, data) = (at(113.63, 34.735), rules.data());
    let judged = |report: &Fingerprint, known: Fingerprint, when| {
        judge(report, &[Candidate { case_id: 7, print: known }], &data.families, &data.dedup, when)
    };
    let manhole = |component: &str| Fingerprint {
        component_id: Some(component.into()),
        ..print(&rules, "manhole", "井盖破损", spot)
    };
    assert_eq!(judged(&manhole("1"), manhole("2"), now()).decision, Decision::New, "never across components");
    let nowhere = Fingerprint { point: None, ..manhole("1") };
    assert_eq!(judged(&nowhere, manhole("1"), now()).decision, Decision::Join { case_id: 7 });

    let vendor = || print(&rules, "street-vendor", "摆摊堵路", spot);
    assert_eq!(
        judged(&vendor(), vendor(), now() + Duration::hours(3)).decision,
        Decision::Join { case_id: 7 }
    );
    assert_eq!(
        judged(&vendor(), vendor(), now() + Duration::hours(5)).decision,
        Decision::New,
        "a new stall"
    );

    let far = spot.offset_meters(68.0, 0.0);
    let photo = |point, words, photos| Fingerprint { photos, ..print(&rules, "road-damage", words, point) };
    let same = judged(&photo(far, "快来修", vec![0b1011]), photo(spot, "路面有坑", vec![0b0011]), now());
    assert_eq!(same.decision, Decision::Join { case_id: 7 });
    assert!(same.matches[0].reasons.contains(&Reason::SamePhoto));
}

#[test]
fn the_same_candidates_in_any_order_get_the_same_answer() {
    let rules = rules();
    let (spot, data) = (at(113.63, 34.735), rules.data());
    let mut candidates: Vec<_> = (1..30)
        .map(|n| Candidate {
            case_id: n,
            print: print(
                &rules,
                "road-damage",
                "路面有坑",
                spot.offset_meters(f64::from(u8::try_from(n % 5).unwrap()) * 9.0, 0.0),
            ),
        })
        .collect();
    let report = print(&rules, "road-damage", "路面有个坑", spot);
    let said = judge(&report, &candidates, &data.families, &data.dedup, now());
    candidates.reverse();
    assert_eq!(judge(&report, &candidates, &data.families, &data.dedup, now()), said);
    assert_eq!(said.matches.len(), 5);
}

#[test]
fn a_report_with_everything_wrong_hears_of_everything_at_once() {
    let rules = rules();
    let raw = RawReport {
        category: Some("no-such".into()),
        description: Some("坑".repeat(2_001)),
        location: Some(RawLocation {
            longitude: Some(34.735),
            latitude: Some(113.63),
            coordinate_system: Some("WGS-84".into()),
            accuracy_meters: Some(-1.0),
            segment_code: Some("x".into()),
            ..RawLocation::default()
        }),
        photo_ids: vec![uuid::Uuid::nil(); 10],
        occurred_at: Some(now() + Duration::days(1)),
        duplicate_of: Some("123".into()),
        ..RawReport::default()
    };
    let faults = NewReport::parse(raw, &rules, now()).unwrap_err();
    let has = |pointer: &str, code| faults.iter().any(|fault| fault.pointer == pointer && fault.code == code);
    assert!(has("/category", FieldCode::Unknown));
    assert!(has("/description", FieldCode::TooLong));
    assert!(has("/location", FieldCode::SwappedCoordinates));
    assert!(has("/location/accuracyMeters", FieldCode::OutOfRange));
    assert!(has("/location/segmentCode", FieldCode::Unknown));
    assert!(has("/photoIds", FieldCode::TooMany));
    assert!(has("/photoIds/1", FieldCode::AlreadyUsed));
    assert!(has("/occurredAt", FieldCode::InFuture));
    assert!(has("/duplicateOf", FieldCode::Malformed));
}

#[test]
fn danger_is_heard_unless_it_is_over() {
    let rules = rules();
    let kinds = |words: &str| -> Vec<String> {
        dangers_in(&rules.data().dangers, words).iter().map(|danger| danger.kind.clone()).collect()
    };
    assert_eq!(kinds("路边闻到煤气味，好像有人被困"), ["gas", "trapped"]);
    assert_eq!(kinds("昨天着火，已扑灭，垃圾没清"), Vec::<String>::new());
    assert_eq!(kinds("路灯不亮"), Vec::<String>::new());
}

#[test]
fn a_report_that_is_being_written_lacks_nothing_but_must_be_right_so_far() {
    let rules = rules();
    let blank = RawReport { description: Some(" ".into()), ..RawReport::default() };
    let draft = NewReport::parse_draft(blank.clone(), &rules, now()).unwrap();
    assert_eq!((draft.description.as_str(), draft.place.point), ("", None));
    assert!(NewReport::parse(blank, &rules, now()).is_err());
    let wrong = RawReport { category: Some("no-such".into()), ..RawReport::default() };
    assert_eq!(NewReport::parse_draft(wrong, &rules, now()).unwrap_err()[0].pointer, "/category");
}
