//! A 与 B 角轮流上岗: exactly one of them at every instant (DL-04).

use chrono::{DateTime, TimeDelta, Utc};
use jiekou_core::duty::{Change, Rota};
use jiekou_core::plan::Addressee;
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::Turn;
use proptest::prelude::*;

use crate::folder;

const TWO: [(Option<Turn>, &str); 2] = [(Some(Turn::A), "a"), (Some(Turn::B), "b")];

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn on_duty(rota: &Rota, now: DateTime<Utc>) -> &'static str {
    rota.on_duty(TWO, now).unwrap()
}

#[test]
fn weeks_change_on_mondays_at_eight_also_over_new_year_and_working_saturdays() {
    let rota = Rota::default();
    for (moment, who) in [
        ("2018-01-01T08:00:00+08:00", "a"),
        ("2018-01-08T07:59:59+08:00", "a"),
        ("2018-01-08T08:00:00+08:00", "b"),
        ("2018-01-01T07:59:59+08:00", "b"),
        // 28 December 2026 is the Monday of week 469 since then: odd.
        ("2026-12-28T08:00:00+08:00", "b"),
        ("2026-12-31T23:59:59+08:00", "b"),
        ("2027-01-01T00:00:00+08:00", "b"),
        ("2027-01-04T07:59:59+08:00", "b"),
        ("2027-01-04T08:00:00+08:00", "a"),
        // 14 February 2026 is a Saturday that is worked (调休), and nothing changes on it.
        ("2026-02-14T07:59:59+08:00", "b"),
        ("2026-02-14T08:00:00+08:00", "b"),
    ] {
        assert_eq!(on_duty(&rota, at(moment)), who, "{moment}");
    }
}

#[test]
fn days_change_every_day_at_their_time_and_begin_with_whom_the_plan_says() {
    let rota: Rota = serde_yaml_ng::from_str(
        "{ change: day, at: \"20:00\", begins: B, anchor: 2026-09-30, longestDeputyDays: 10 }",
    )
    .unwrap();
    for (moment, who) in [
        ("2026-09-30T19:59:59+08:00", "a"),
        ("2026-09-30T20:00:00+08:00", "b"),
        ("2026-10-01T19:59:59+08:00", "b"),
        ("2026-10-01T20:00:00+08:00", "a"),
        ("2026-12-31T20:00:00+08:00", "b"),
        ("2027-01-01T20:00:00+08:00", "a"),
    ] {
        assert_eq!(on_duty(&rota, at(moment)), who, "{moment}");
    }
    assert!(serde_yaml_ng::from_str::<Rota>("{ change: month }").is_err());
    assert!(serde_yaml_ng::from_str::<Rota>("{ at: \"25:00\" }").is_err());
}

#[test]
fn somebody_alone_is_always_on_duty_and_nobody_only_where_there_is_nobody() {
    let rota = Rota::default();
    for week in 0..60 {
        let now = at("2026-01-01T12:00:00+08:00") + TimeDelta::days(7 * week);
        assert_eq!(rota.on_duty([(Some(Turn::B), "b")], now), Some("b"));
        assert_eq!(rota.on_duty([(None, "x")], now), Some("x"));
        assert_eq!(rota.on_duty(std::iter::empty::<(Option<Turn>, &str)>(), now), None);
        // Whoever has no turn comes behind those who have one.
        let first = rota.on_duty([(None, "a"), (Some(Turn::A), "z")], now);
        assert_eq!(first, Some(if rota.shift(now).number % 2 == 0 { "z" } else { "a" }));
    }
}

fn rotas() -> impl Strategy<Value = Rota> {
    let day = (0i64..20_000).prop_map(|days| {
        at("1990-01-01T00:00:00Z").date_naive().checked_add_signed(TimeDelta::days(days)).unwrap()
    });
    (any::<bool>(), 0u32..=24 * 60, any::<bool>(), day).prop_map(|(daily, minutes, a, anchor)| Rota {
        change: if daily { Change::Day } else { Change::Week },
        at: format!("{:02}:{:02}", minutes / 60, minutes % 60).parse().unwrap(),
        begins: if a { Turn::A } else { Turn::B },
        anchor,
        ..Rota::default()
    })
}

fn moments() -> impl Strategy<Value = DateTime<Utc>> {
    // From 1970 to 2096, to the microsecond.
    (0i64..4_000_000_000_000_000).prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap())
}

proptest! {
    #[test]
    fn at_every_instant_exactly_one_of_two_is_on_duty(rota in rotas(), now in moments()) {
        let shift = rota.shift(now);
        prop_assert!(shift.since <= now && now < shift.until, "{shift:?} is not at {now}");
        // No gap and no overlap: the next turn begins where this one ends, and the other one has it.
        let (next, before) = (rota.shift(shift.until), rota.shift(shift.since - TimeDelta::microseconds(1)));
        prop_assert_eq!((next.since, next.number), (shift.until, shift.number + 1));
        prop_assert_eq!((before.until, before.number), (shift.since, shift.number - 1));
        let days = if rota.change == Change::Day { 1 } else { 7 };
        prop_assert_eq!(shift.until - shift.since, TimeDelta::days(days));
        let on = on_duty(&rota, now);
        prop_assert_eq!(on_duty(&rota, shift.since), on);
        prop_assert_eq!(on_duty(&rota, shift.until - TimeDelta::microseconds(1)), on);
        prop_assert_ne!(on_duty(&rota, shift.until), on);
        // In whatever order they stand.
        let turned = [TWO[1], TWO[0]];
        prop_assert_eq!(rota.on_duty(turned, now).unwrap(), on);
    }

    #[test]
    fn of_more_than_two_each_has_the_same_share(rota in rotas(), now in moments(), many in 2usize..6) {
        let holders = || (0..many).map(|it| (None, it));
        let mut seen = vec![0; many];
        let mut moment = now;
        for _ in 0..many * 2 {
            seen[rota.on_duty(holders(), moment).unwrap()] += 1;
            moment = rota.shift(moment).until;
        }
        prop_assert_eq!(seen, vec![2; many]);
    }
}

#[test]
fn a_clock_notice_goes_to_the_one_on_duty_at_that_moment() {
    let mut data = folder::rules("dalian").data().clone();
    let grid = data.plan.people.iter().find(|it| it.turn == Some(Turn::B)).unwrap().area.clone();
    for person in data.plan.people.iter_mut().filter(|it| it.area == grid) {
        person.contact = person.turn.map(|turn| format!("{}@grid.example", turn.name()));
    }
    let rules = Rulebook::new(data.clone());
    let post = Addressee::Post { post: "grid-residential".into(), area: grid.clone() };
    let of = |rules: &Rulebook, moment: &str| post.address(rules, at(moment)).map(str::to_owned);
    assert_eq!(of(&rules, "2027-01-04T07:59:59+08:00").as_deref(), Some("B@grid.example"));
    assert_eq!(of(&rules, "2027-01-04T08:00:00+08:00").as_deref(), Some("A@grid.example"));
    // One who cannot be reached is answered for by the other.
    for person in data.plan.people.iter_mut().filter(|it| it.area == grid && it.turn == Some(Turn::A)) {
        person.contact = None;
    }
    let rules = Rulebook::new(data);
    assert_eq!(of(&rules, "2027-01-04T08:00:00+08:00").as_deref(), Some("B@grid.example"));
}

#[test]
fn in_every_residential_grid_with_two_workers_they_have_different_turns() {
    let dalian = folder::rules("dalian");
    let people = &dalian.plan().people;
    let mut pairs = 0;
    for first in people.iter().filter(|it| it.post == "grid-residential" && it.turn == Some(Turn::A)) {
        let others: Vec<_> = people
            .iter()
            .filter(|it| it.area == first.area && it.post == first.post && it.name != first.name)
            .map(|it| it.turn)
            .collect();
        assert!(others.is_empty() || others == [Some(Turn::B)], "{}: {others:?}", first.area);
        pairs += others.len();
    }
    assert!(pairs > 100, "{pairs} pairs");
}
