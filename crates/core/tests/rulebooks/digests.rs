//! The digest of a day: what is in it, for which areas, and who gets it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use jiekou_core::digest::{DayDigest, Seen, digests};
use jiekou_core::period::Cycle;
use jiekou_core::plan::Recipient;
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::Level;
use jiekou_core::statistics::{Dimension, Figures, RollUpKey};

use crate::folder::{PLANS, rules};

fn day() -> NaiveDate {
    "2026-11-26".parse().unwrap()
}

fn key(dimension: Dimension, center: &str, code: &str, first_day: NaiveDate) -> RollUpKey {
    RollUpKey { cycle: Cycle::Day, dimension, first_day, center: center.into(), code: code.into() }
}

fn made(
    rules: &Rulebook,
    figures: &BTreeMap<RollUpKey, Figures>,
    patrols: &[(&str, i64, i64)],
) -> BTreeMap<String, DayDigest> {
    let patrols =
        patrols.iter().map(|(center, overdue, due)| ((*center).to_owned(), (*overdue, *due))).collect();
    let seen = Seen { rules, day: day(), figures, patrols: &patrols };
    digests(&seen).into_iter().map(|digest| (digest.area.clone(), digest)).collect()
}

#[test]
fn every_center_every_district_and_the_city_has_one_digest_and_the_whole_is_the_sum() {
    let rules = rules("dalian");
    let tomorrow = day().succ_opt().unwrap();
    let town = |received, overdue| Figures {
        received,
        overdue,
        due: overdue,
        reports: received,
        ..Figures::default()
    };
    let figures = BTreeMap::from([
        (key(Dimension::Town, "210202001", "210202001", day()), town(5, 2)),
        (key(Dimension::Town, "210203001", "210203001", day()), town(3, 0)),
        // Of unknown place: nobody's but the city's.
        (key(Dimension::Town, "210200000", "210200000", day()), town(1, 0)),
        (
            key(Dimension::Town, "210202001", "210202001", tomorrow),
            Figures { due: 4, due_closed: 1, ..Figures::default() },
        ),
        (key(Dimension::Category, "210202001", "manhole", day()), town(1, 1)),
        (key(Dimension::Category, "210202001", "road-damage", day()), town(4, 1)),
        (key(Dimension::Category, "210203001", "manhole", day()), town(3, 0)),
        (key(Dimension::Category, "210202001", "noise", tomorrow), town(9, 9)),
    ]);
    let made = made(&rules, &figures, &[("210202001", 2, 1), ("210203001", 0, 4)]);
    let centers = rules.centers().count();
    assert_eq!(made.len(), centers + 4 + 1, "centers, four districts, the city");
    let read = |area: &str| {
        let it = &made[area];
        (it.received, it.overdue, it.due_next, it.patrols_overdue, it.patrols_due)
    };
    assert_eq!(read("210202001"), (5, 2, 3, 2, 1));
    assert_eq!(read("210202"), (5, 2, 3, 2, 1));
    assert_eq!(read("210203"), (3, 0, 0, 0, 4));
    assert_eq!(read("210200"), (9, 2, 3, 2, 5));
    let kinds: Vec<(&str, i64, i64)> =
        made["210200"].categories.iter().map(|it| (it.code.as_str(), it.received, it.overdue)).collect();
    assert_eq!(kinds, [("manhole", 4, 1), ("road-damage", 4, 1)]);
    let text = made["210202001"].text();
    for words in ["2026-11-26", "上报 5 件", "超期 2 件", "11月27日到期、尚未结案 3 件", "逾期 2 项"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(made["210203004"].categories.is_empty() && !made["210203004"].text().contains("突出的类别"));
}

#[test]
fn a_digest_goes_to_whoever_stands_for_its_area_and_can_be_reached() {
    for plan in PLANS {
        let rules = rules(plan);
        let made = made(&rules, &BTreeMap::new(), &[]);
        for digest in made.values() {
            let told = digest.recipients(&rules);
            let center =
                if digest.level == Level::Town { digest.area.clone() } else { format!("{}000", digest.area) };
            assert_eq!(told, [format!("center/{center}")], "{plan}");
        }
    }
    let mut data = rules("party-road-chief").data().clone();
    data.plan.process.digest.recipients = vec![
        Recipient::Post("chief".into()),
        Recipient::Unit("police".into()),
        Recipient::Post("l1-town".into()),
    ];
    let rules = Rulebook::new(data);
    let made = made(&rules, &BTreeMap::new(), &[]);
    assert_eq!(made["999901001"].recipients(&rules), ["post/chief/999901001"]);
    let police = rules.unit("police").unwrap().contact.email.is_some();
    assert_eq!(!made["999901"].recipients(&rules).is_empty(), police);
}

#[test]
fn the_digest_of_a_day_has_no_more_categories_than_the_rulebook_says() {
    let rules = rules("erqi");
    let slugs: Vec<&str> = rules.data().categories.iter().map(|it| it.slug.as_str()).take(9).collect();
    let figures: BTreeMap<RollUpKey, Figures> = (1..)
        .zip(&slugs)
        .map(|(received, slug)| {
            (key(Dimension::Category, "410103001", slug, day()), Figures { received, ..Figures::default() })
        })
        .collect();
    let made = made(&rules, &figures, &[]);
    let named: Vec<i64> = made["410103"].categories.iter().map(|it| it.received).collect();
    assert_eq!(named, [9, 8, 7, 6, 5]);
    let names: BTreeSet<&str> = made["410103"].categories.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names.len(), 5);
}
