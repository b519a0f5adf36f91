//! Problems that come back after they were closed.

use chrono::Duration;
use jiekou_core::dedup::{Candidate, Decision, Fingerprint, PastCase, judge, recurrence};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::rulebook::source::read;

use crate::{at, files, now, print, rules};

/// Cases of `road-damage` at the spot that were over so many days ago.
fn past(rules: &Rulebook, days: &[(i64, i64)]) -> Vec<PastCase> {
    let print = print(rules, "road-damage", "路面有坑", at(113.63, 34.735));
    let case = |(position, &(counts_as, days)): (usize, &(i64, i64))| PastCase {
        candidate: Candidate { case_id: i64::try_from(position).unwrap() + 100, print: print.clone() },
        counts_as,
        ended_at: now() - Duration::days(days),
    };
    days.iter().enumerate().map(case).collect()
}

#[test]
fn a_problem_that_comes_back_is_counted_and_linked_to_the_last_time() {
    let rules = rules();
    let data = rules.data();
    let spot = at(113.63, 34.735);
    let here = print(&rules, "road-damage", "路面有个坑", spot);
    // Case and days since it was over; the case it is linked to, the times here, whether it is a hot spot.
    let table = [
        ("the first time", vec![], None),
        ("once before", vec![(1, 40)], Some((1, 2, false))),
        ("too long ago", vec![(1, 61)], None),
        ("one of two too long ago", vec![(1, 61), (2, 50)], Some((2, 2, false))),
        ("three in thirty days", vec![(1, 29), (2, 3)], Some((2, 3, true))),
        ("three in sixty days", vec![(1, 31), (2, 3)], Some((2, 3, false))),
        ("merged cases are one", vec![(1, 20), (1, 20), (2, 10), (2, 10)], Some((2, 3, true))),
        ("over only after it was opened", vec![(1, -1)], None),
    ];
    for (name, days, expected) in table {
        let found =
            recurrence(std::slice::from_ref(&here), &past(&rules, &days), &data.families, &data.dedup, now());
        let told = found.map(|it| (it.previous.case_id, it.times_here, it.hot_spot));
        assert_eq!(told, expected, "{name}");
    }
    for (name, other) in [
        ("another kind of problem", print(&rules, "street-light", "路面有个坑", spot)),
        ("another place", print(&rules, "road-damage", "路面有个坑", at(113.64, 34.735))),
    ] {
        let found = recurrence(&[other], &past(&rules, &[(1, 3)]), &data.families, &data.dedup, now());
        assert_eq!(found, None, "{name}");
    }
}

#[test]
fn what_comes_back_is_recognised_however_short_its_family_remembers() {
    let rules = rules();
    let data = rules.data();
    let vendor = print(&rules, "street-vendor", "流动摊贩占道经营", at(113.63, 34.735));
    let before = PastCase {
        candidate: Candidate {
            case_id: 1,
            print: Fingerprint { opened_at: now() - Duration::days(5), ..vendor.clone() },
        },
        counts_as: 1,
        ended_at: now() - Duration::days(4),
    };
    let live = judge(&vendor, std::slice::from_ref(&before.candidate), &data.families, &data.dedup, now());
    assert_eq!(live.decision, Decision::New, "its window of four hours has passed");
    let found = recurrence(&[vendor], &[before], &data.families, &data.dedup, now()).unwrap();
    assert_eq!((found.previous.case_id, found.times_here), (1, 2));
}

#[test]
fn a_rulebook_with_a_senseless_hot_spot_is_refused() {
    let mut broken = files();
    let dedup = broken["dedup.yaml"].replacen("hotSpotDays: 30", "hotSpotDays: 90", 1);
    broken.insert("dedup.yaml".into(), dedup);
    let faults = read(&broken).unwrap_err();
    assert_eq!(faults[0].file, "dedup.yaml");
    assert!(faults[0].words.contains("hotSpotDays"), "{}", faults[0]);
}
