//! The clocks of the plans, with the cases of the rules as tables.
use crate::folder::{rules, texts};
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use jiekou_core::category::Complexity;
use jiekou_core::clock::local::{instant, local};
use jiekou_core::clock::{
    Allowance, Clock, Milestone, MinuteClock, Moments, Pause, Verdict, deadline, elapsed,
};
use jiekou_core::place::AreaKind;
use jiekou_core::rulebook::{Circumstances, Rulebook, source};
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    let format = if text.len() > 16 { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d %H:%M" };
    instant(NaiveDateTime::parse_from_str(text, format).unwrap())
}

fn circumstances<'a>(category: &'a str, areas: &'a [AreaKind], start: &str) -> Circumstances<'a> {
    Circumstances { category, complexity: None, areas, start: at(start), pauses: &[] }
}

fn first(
    rules: &Rulebook,
    category: &str,
    complexity: Complexity,
    area: AreaKind,
    start: &str,
) -> (String, String) {
    let areas = [area];
    let it = Circumstances { complexity: Some(complexity), ..circumstances(category, &areas, start) };
    let clock = rules.handling_clocks(&it).into_iter().next().unwrap();
    (clock.rule, local(clock.due_at).format("%Y-%m-%d %H:%M").to_string())
}

#[test]
fn simple_problems_end_within_24_and_complex_ones_within_72_hours_in_residential_and_commercial_grids() {
    let rules = rules("dalian");
    let caps = |complexity, area| -> Vec<(String, TimeDelta)> {
        let areas = [area];
        let it = Circumstances {
            complexity: Some(complexity),
            ..circumstances("facade", &areas, "2026-07-31 17:00")
        };
        let clocks = rules.handling_clocks(&it).into_iter();
        let caps = clocks.filter(|clock| clock.rule.ends_with('h'));
        caps.map(|clock| (clock.rule, clock.due_at - at("2026-07-31 17:00"))).collect()
    };
    for area in [AreaKind::Residential, AreaKind::CommercialPublic] {
        assert_eq!(caps(Complexity::Simple, area), [("overlays.simple-24h".into(), TimeDelta::hours(24))]);
        assert_eq!(caps(Complexity::Complex, area), [("overlays.complex-72h".into(), TimeDelta::hours(72))]);
    }
    for area in [AreaKind::Seaside, AreaKind::Site] {
        assert_eq!(caps(Complexity::Simple, area), []);
    }
}

#[test]
fn the_tightest_clock_wins_and_every_one_is_kept_by_name() {
    let rules = rules("dalian");
    for (category, complexity, area, start, rule, due) in [
        // A quarter of 15 working days is 30 working hours; 72 natural hours over the weekend end sooner.
        (
            "illegal-building",
            Complexity::Complex,
            AreaKind::Residential,
            "2026-07-31 09:00",
            "overlays.complex-72h",
            "2026-08-03 09:00",
        ),
        // A quarter of 3 working days: 6 working hours.
        (
            "facade",
            Complexity::Complex,
            AreaKind::Residential,
            "2026-07-31 08:00",
            "overlays.residential",
            "2026-07-31 16:00",
        ),
        // A fifth of 4 working hours.
        (
            "household-waste",
            Complexity::Simple,
            AreaKind::Residential,
            "2026-07-31 08:00",
            "overlays.residential",
            "2026-07-31 08:48",
        ),
        // Friday evening: the quarter waits for Monday, 24 hours do not.
        (
            "public-facility",
            Complexity::Simple,
            AreaKind::CommercialPublic,
            "2026-07-31 19:00",
            "overlays.simple-24h",
            "2026-08-01 19:00",
        ),
        // A third of 2 urgent hours, at night.
        (
            "noise",
            Complexity::Simple,
            AreaKind::Seaside,
            "2026-07-31 23:00",
            "overlays.seaside-site",
            "2026-07-31 23:40",
        ),
        (
            "construction-dust",
            Complexity::Complex,
            AreaKind::Site,
            "2026-07-31 08:00",
            "overlays.seaside-site",
            "2026-07-31 08:24",
        ),
    ] {
        let said = first(&rules, category, complexity, area, start);
        assert_eq!(said, (rule.to_owned(), due.to_owned()), "{category} {area:?} {start}");
    }
    let all = rules.handling_clocks(&circumstances("facade", &[AreaKind::Residential], "2026-07-31 08:00"));
    let named: Vec<_> = all.iter().map(|clock| clock.rule.as_str()).collect();
    assert_eq!(named, ["overlays.residential", "overlays.complex-72h", "categories.facade.handleLimit"]);
    assert!(all.iter().all(|clock| clock.warn_at < clock.due_at));
}

#[test]
fn every_code_of_every_grid_group_has_a_fifth_to_a_third_of_its_reference() {
    let rules = rules("dalian");
    let calendar = rules.calendar();
    let start = at("2026-08-03 08:00");
    let mut checked = 0;
    for category in &rules.data().categories {
        for area in [AreaKind::Residential, AreaKind::CommercialPublic, AreaKind::Seaside, AreaKind::Site] {
            let it = Circumstances {
                start,
                ..circumstances(&category.slug, std::slice::from_ref(&area), "2026-08-03 08:00")
            };
            let reference = category.reference();
            let whole = elapsed(start, deadline(start, reference, calendar), reference.unit, calendar);
            let clocks = rules.handling_clocks(&it);
            let shares: Vec<_> = clocks
                .iter()
                .filter(|clock| !clock.rule.ends_with('h') && clock.rule.starts_with("overlays."))
                .collect();
            let [share] = shares.as_slice() else { panic!("{} {area:?}: {clocks:?}", category.slug) };
            let part = elapsed(start, share.due_at, reference.unit, calendar);
            assert!(
                part * 5 >= whole && part * 3 <= whole + TimeDelta::milliseconds(3),
                "{} {area:?}: {part} of {whole}",
                category.slug
            );
            checked += 1;
        }
        if category.of.is_none() {
            let source = &category.reference_limit.as_ref().unwrap().source;
            assert!(source.starts_with("stand-in for the national limit"), "{}: {source}", category.slug);
        }
    }
    assert!(checked > 400, "{checked}");
}

#[test]
fn a_share_outside_its_span_is_refused_and_caps_are_exempt() {
    let refused = |from: &str, to: &str| -> Vec<String> {
        let mut texts = texts("dalian");
        let overlays = texts["overlays.yaml"].replacen(from, to, 1);
        assert_ne!(overlays, texts["overlays.yaml"], "{from}");
        texts.insert("overlays.yaml".into(), overlays);
        source::read(&texts).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    };
    let told = refused("share: 1/4", "share: 1/2");
    assert!(told.len() == 1 && told[0].starts_with("overlays.yaml:13: overlay `residential`"), "{told:?}");
    assert!(refused("share: 1/3", "share: 1/6")[0].contains("between 1/5 and 1/3"));
    assert!(refused("share: 1/4", "share: 0.25")[0].contains("fraction"));
    assert_eq!(refused("amount: 24, unit: urgentHour", "amount: 1, unit: minute"), Vec::<String>::new());
    let table = |limit: &str| {
        let lines = format!("!table\n    - {{ category: facade, limit: {{ {limit} }} }}");
        refused("!cap { amount: 24, unit: urgentHour }", &lines)
    };
    assert_eq!(
        table("amount: 8, unit: workHour"),
        Vec::<String>::new(),
        "a third of three working days of eight hours"
    );
    assert!(table("amount: 9, unit: workHour")[0].contains("540 minutes of 1440"));
    assert!(table("amount: 4, unit: workHour")[0].contains("240 minutes of 1440"));
    assert!(table("amount: 8, unit: urgentHour")[0].contains("the same unit"));
}

/// The clocks of a plan by their name.
fn minute(rules: &Rulebook, id: &str) -> MinuteClock {
    rules.plan().minute_clocks.iter().find(|clock| clock.id == id).unwrap().clone()
}

#[test]
fn ten_minutes_to_dissuade_and_ten_to_enforce() {
    let rules = rules("zhengzhou");
    let clocks = [minute(&rules, "arrive-10"), minute(&rules, "enforce-10")];
    let day = |time: &str| at(&format!("2016-05-05 {time}"));
    for (arrived, failed, enforced, now, expected) in [
        (Some("10:10:00"), None, None, "10:30:00", "pass"),
        (Some("10:10:01"), None, None, "10:30:00", "fail arrive-10"),
        (Some("10:05:00"), Some("10:12:00"), Some("10:22:00"), "10:30:00", "pass"),
        (Some("10:05:00"), Some("10:12:00"), Some("10:22:01"), "10:30:00", "fail enforce-10"),
        (None, None, None, "10:10:00", "running"),
        (None, None, None, "10:10:01", "fail arrive-10"),
        (Some("10:05:00"), Some("10:12:00"), None, "10:22:00", "running"),
        (Some("10:05:00"), Some("10:12:00"), None, "10:22:01", "fail enforce-10"),
    ] {
        let mut moments = Moments::default();
        moments.reached(Milestone::Found, day("10:00:00"));
        for (milestone, time) in [
            (Milestone::Arrived, arrived),
            (Milestone::PersuasionFailed, failed),
            (Milestone::EnforcementArrived, enforced),
        ] {
            if let Some(time) = time {
                moments.reached(milestone, day(time));
            }
        }
        let verdicts = clocks.each_ref().map(|clock| clock.judge(&moments, day(now), rules.calendar()));
        let said = match verdicts {
            [Verdict::Failed { due_at }, _] => {
                assert_eq!(due_at, day("10:10:00"));
                "fail arrive-10"
            }
            [_, Verdict::Failed { .. }] => "fail enforce-10",
            [Verdict::Running { .. }, _] | [_, Verdict::Running { .. }] => "running",
            _ => "pass",
        };
        assert_eq!(said, expected, "{arrived:?} {failed:?} {enforced:?} at {now}");
    }
}

#[test]
fn five_and_fifty_nine_minutes_count_from_the_notification() {
    let rules = rules("dalian");
    let clocks = [minute(&rules, "arrive-5"), minute(&rules, "renew-59"), minute(&rules, "repair-30")];
    let day = |time: &str| at(&format!("2018-10-01 {time}"));
    for (arrived, done, failed) in [
        (Some("09:05:00"), Some("09:30:00"), vec![]),
        (Some("09:05:01"), Some("09:30:00"), vec!["arrive-5"]),
        (Some("09:04:00"), Some("09:30:01"), vec!["repair-30"]),
        (Some("09:04:00"), Some("09:59:00"), vec!["repair-30"]),
        (Some("09:04:00"), Some("09:59:01"), vec!["renew-59", "repair-30"]),
        (None, Some("09:04:00"), vec![]),
        (None, None, vec!["arrive-5", "renew-59", "repair-30"]),
    ] {
        let mut moments = Moments::default();
        moments.reached(Milestone::Found, day("08:00:00"));
        moments.reached(Milestone::Notified, day("09:00:00"));
        for (milestone, time) in [(Milestone::Arrived, arrived), (Milestone::Handled, done)] {
            if let Some(time) = time {
                moments.reached(milestone, day(time));
            }
        }
        let broken = clocks.iter().filter(|clock| {
            matches!(clock.judge(&moments, day("12:00:00"), rules.calendar()), Verdict::Failed { .. })
        });
        let broken: Vec<_> = broken.map(|clock| clock.id.as_str()).collect();
        assert_eq!(broken, failed, "{arrived:?} {done:?}");
    }
}

#[test]
fn minute_clocks_run_only_in_their_scope() {
    let (dalian, zhengzhou) = (rules("dalian"), rules("zhengzhou"));
    for (rules, category, areas, expected) in [
        (&dalian, "water-logging", vec![AreaKind::Residential], vec!["arrive-5", "renew-59"]),
        (&dalian, "drain-blocked", vec![AreaKind::BackStreet], vec!["arrive-5", "renew-59"]),
        (&dalian, "water-logging", vec![AreaKind::CommercialPublic], vec![]),
        (&dalian, "pipe-burst", vec![AreaKind::Residential], vec![]),
        (&dalian, "street-furniture", vec![AreaKind::Residential], vec!["repair-30"]),
        (&dalian, "street-furniture", vec![AreaKind::BackStreet], vec![]),
        (&dalian, "household-waste", vec![AreaKind::Residential], vec![]),
        (&zhengzhou, "shop-outside", vec![], vec!["arrive-10", "enforce-10"]),
        (&zhengzhou, "road-trading", vec![], vec!["arrive-10", "enforce-10"]),
        (&zhengzhou, "street-vendor", vec![], vec!["arrive-10", "enforce-10"]),
        (&zhengzhou, "small-ads", vec![], vec![]),
    ] {
        let clocks = rules.minute_clocks(&circumstances(category, &areas, "2018-10-01 09:00"));
        let named: Vec<_> = clocks.iter().map(|clock| clock.id.as_str()).collect();
        assert_eq!(named, expected, "{category} {areas:?}");
    }
    let complex = Circumstances {
        complexity: Some(Complexity::Complex),
        ..circumstances("water-logging", &[AreaKind::Residential], "2018-10-01 09:00")
    };
    assert!(dalian.minute_clocks(&complex).is_empty(), "a complex one is not promised in minutes");
}

#[test]
fn a_hand_over_to_the_town_center_has_thirty_minutes() {
    let rules = rules("erqi");
    let clocks = rules.opening_clocks(&circumstances("road-damage", &[], "2026-08-01 23:00"), false);
    let told: Vec<_> = clocks.iter().map(|it| (it.rule.as_str(), it.clock.due_at)).collect();
    assert_eq!(told, [("clocks.accept", at("2026-08-01 23:30"))]);
}

prop_compose! {
    /// Any second of 2024 to 2027.
    fn start()(seconds in 0_i64..126_230_400) -> DateTime<Utc> {
        at("2024-01-01 00:00") + TimeDelta::seconds(seconds)
    }
}

static DALIAN: LazyLock<Rulebook> = LazyLock::new(|| rules("dalian"));

proptest! {
    #[test]
    fn pausing_and_resuming_never_gains_time_under_any_clock(
        start in start(), after in 0_i64..400_000, length in 0_i64..400_000, pick in 0_usize..1_000, simple: bool,
    ) {
        let rules = &*DALIAN;
        let categories = &rules.data().categories;
        let category = &categories[pick % categories.len()];
        let from = start + TimeDelta::seconds(after);
        let pauses = [Pause { from, until: from + TimeDelta::seconds(length) }];
        let areas = [AreaKind::Residential];
        let complexity = Some(if simple { Complexity::Simple } else { Complexity::Complex });
        let it = Circumstances { category: &category.slug, complexity, areas: &areas, start, pauses: &[] };
        let paused = Circumstances { pauses: &pauses, ..it };
        let by_rule = |it| {
            let mut clocks = rules.handling_clocks(it);
            clocks.sort_by(|a, b| a.rule.cmp(&b.rule));
            clocks
        };
        for (before, after) in by_rule(&it).into_iter().zip(by_rule(&paused)) {
            prop_assert_eq!(&before.rule, &after.rule);
            prop_assert!(after.due_at >= before.due_at, "{}", before.rule);
            prop_assert!(after.due_at - before.due_at <= pauses[0].until - from + TimeDelta::days(40), "{}", before.rule);
            prop_assert!(after.warn_at <= after.due_at);
        }
    }

    #[test]
    fn an_overlay_never_gives_more_time_than_the_category(start in start(), pick in 0_usize..1_000) {
        let rules = &*DALIAN;
        let categories = &rules.data().categories;
        let category = &categories[pick % categories.len()];
        for area in [AreaKind::Residential, AreaKind::CommercialPublic, AreaKind::Seaside, AreaKind::Site] {
            let areas = [area];
            let it = Circumstances { category: &category.slug, complexity: None, areas: &areas, start, pauses: &[] };
            let clocks = rules.handling_clocks(&it);
            let own = Clock::start(start, Allowance::whole(category.handle_limit), Vec::new(), rules.calendar());
            prop_assert!(clocks[0].due_at <= own.due_at);
            prop_assert!(clocks.is_sorted_by_key(|clock| clock.due_at));
            prop_assert!(clocks.iter().all(|clock| clock.due_at >= start));
        }
    }
}
