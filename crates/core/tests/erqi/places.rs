//! Words for places, and what is near a place that is only known from words.

use std::path::PathBuf;

use jiekou_core::dedup::{Around, Candidate, Decision, Fingerprint, browse, judge};
use jiekou_core::report::ReportedPlace;
use jiekou_core::routing::{Step, assign};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::rulebook::source::read;

use crate::{at, files, now, print, rules};

/// The rulebook with its optional files.
fn rules_with_places() -> Rulebook {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks/erqi");
    let mut all = files();
    for file in jiekou_core::rulebook::gazetteer::FILES {
        all.insert(file.to_owned(), std::fs::read_to_string(folder.join(file)).unwrap());
    }
    Rulebook::new(read(&all).unwrap())
}

#[test]
fn every_landmark_lies_in_a_town_and_its_name_leads_to_it() {
    let rules = rules_with_places();
    let places = &rules.data().gazetteer.places;
    assert!(places.len() >= 30);
    for known in places {
        assert!(rules.town_at(known.point).is_some(), "{}", known.name);
        let best = rules.gazetteer().resolve(&format!("{}附近", known.name)).into_iter().next().unwrap();
        assert_eq!((&best.name, best.point), (&known.name, known.point));
    }
    let town = |name: &str| {
        let place = rules.gazetteer().resolve(name).into_iter().next().unwrap();
        rules.town_at(place.point).unwrap().name.clone()
    };
    assert_eq!(town("二七塔"), "德化街街道");
    assert_eq!(town("马寨镇政府"), "马寨镇");
}

#[test]
fn only_an_address_that_is_trusted_gives_a_report_its_place() {
    let rules = rules_with_places();
    let placed = |address: &str, point| {
        ReportedPlace { address: Some(address.into()), point, ..ReportedPlace::default() }.resolved(&rules)
    };
    let named = placed("二七塔东侧", None);
    assert_eq!((named.accuracy_meters, named.declared.is_some()), (Some(80.0), false));
    let assigned = assign(&named, &rules);
    assert!(
        matches!(&assigned.trace[0], Step::AddressResolved { name, .. } if name == "二七塔"),
        "{assigned:?}"
    );
    assert!(!assigned.place_unknown);
    for vague in ["大学路", "大学路和航海路路口东南角", "郑州站", "楼下", "德化街街道"]
    {
        assert!(placed(vague, None).resolved.is_none(), "{vague}");
    }
    let given = placed("二七塔", Some(at(113.63, 34.735)));
    assert!(
        given.resolved.is_none() && given.point == Some(at(113.63, 34.735)),
        "a point counts before words"
    );
}

#[test]
fn the_same_words_for_a_place_are_not_the_same_place() {
    let rules = rules();
    let (spot, data) = (at(113.63, 34.735), rules.data());
    let said = |words, meters| Fingerprint {
        accuracy_meters: Some(meters),
        ..print(&rules, "manhole", words, spot)
    };
    let judged = |meters| {
        let known = [Candidate { case_id: 1, print: said("下水口没有盖子", meters) }];
        judge(&said("井盖破损", meters), &known, &data.families, &data.dedup, now()).decision
    };
    assert_eq!(judged(15.0), Decision::Join { case_id: 1 });
    assert_eq!(judged(80.0), Decision::Ask);
}

#[test]
fn what_is_browsed_lies_around_one_of_the_places_or_holds_the_words() {
    let rules = rules();
    let (spot, data) = (at(113.63, 34.735), rules.data());
    let known = |case_id, words, east| Candidate {
        case_id,
        print: print(&rules, "street-light", words, spot.offset_meters(east, 0.0)),
    };
    let candidates = [known(1, "路灯不亮，晚上很黑，老人不敢出门", 200.0), known(2, "灯杆歪了", 5_000.0)];
    let draft = |words: &str| Fingerprint { point: None, ..print(&rules, "unclassified", words, spot) };
    let found = |words, places: &[Around]| -> Vec<i64> {
        let told = browse(&draft(words), &candidates, places, &data.families, &data.dedup, now());
        told.into_iter().map(|found| found.case_id).collect()
    };
    let around = [Around { point: spot, radius_meters: 300.0 }];
    assert_eq!(found("", &around), [1]);
    assert_eq!(found("路灯不亮，晚", &[]), [1]);
    assert_eq!(found("占道经营", &[]), Vec::<i64>::new());
}
