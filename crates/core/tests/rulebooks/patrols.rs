//! Who owes patrols in which period, what counts for it, and who is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use jiekou_core::patrol::{
    Area, Asked, Duty, Holder, InForce, NewPatrol, OwedState, RawPatrol, RawTrack, Walk, WalkError, Walked,
    duties, lines, parts, weigh,
};
use jiekou_core::period::{Cycle, Period};
use jiekou_core::place::CoordinateSystem;
use jiekou_core::plan::Addressee;
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::{Grant, Level, Role};
use proptest::prelude::*;
use uuid::Uuid;

use crate::folder::rules;

static ERQI: LazyLock<Rulebook> = LazyLock::new(|| rules("erqi"));
static XX: LazyLock<Rulebook> = LazyLock::new(|| rules("party-road-chief"));
static DALIAN: LazyLock<Rulebook> = LazyLock::new(|| rules("dalian"));

fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A Friday noon.
fn now() -> DateTime<Utc> {
    moment("2026-11-27T12:00:00+08:00")
}

fn holder(post: &str, area: &str, number: u128, since: &str) -> Holder {
    Holder { post: post.into(), area: area.into(), person: Uuid::from_u128(number), since: moment(since) }
}

/// What is owed when these rules were in force at every moment that is asked about.
fn owed_by(rules: &Rulebook, holders: &[Holder], asked: Asked) -> Vec<Duty> {
    let at = asked.moments(rules, now());
    duties(&[InForce { rules, at }], holders, asked, now())
}

fn of<'a>(duties: &'a [Duty], post: &str, area: &str) -> Vec<&'a Duty> {
    duties.iter().filter(|duty| duty.post == post && duty.area.code == area).collect()
}

fn names(duties: &[&Duty]) -> Vec<String> {
    duties.iter().map(|duty| duty.period.to_string()).collect()
}

#[test]
fn in_erqi_every_officer_owes_a_patrol_each_half_month_week_or_day() {
    let holders = [
        holder("chief", "410103", 1, "2026-01-01T00:00:00+08:00"),
        holder("chief-deputy", "410103", 2, "2026-01-01T00:00:00+08:00"),
        holder("chief-deputy", "410103", 3, "2026-01-01T00:00:00+08:00"),
        holder("l1", "410103001", 4, "2026-01-01T00:00:00+08:00"),
        holder("l2", "410103001", 5, "2026-01-01T00:00:00+08:00"),
        holder("l2", "410103001", 6, "2026-11-10T09:00:00+08:00"),
    ];
    let november = Asked::In("2026-11".parse().unwrap());
    let owed = owed_by(&ERQI, &holders, november);
    let chief = of(&owed, "chief", "410103");
    assert_eq!(names(&chief), ["2026-11上半月", "2026-11下半月"]);
    assert!(chief.iter().all(|duty| duty.holder == Some(Uuid::from_u128(1)) && duty.times == 1));
    let deputies = of(&owed, "chief-deputy", "410103");
    assert_eq!(deputies.len(), 4, "each of the two in both halves");
    // Weeks belong to the month of their Monday; those that have not begun are not owed yet.
    assert_eq!(names(&of(&owed, "l1", "410103001")), ["2026-W45", "2026-W46", "2026-W47", "2026-W48"]);
    let daily = of(&owed, "l2", "410103001");
    let of_person = |number| {
        let own = daily.iter().filter(|duty| duty.holder == Some(Uuid::from_u128(number)));
        own.map(|duty| duty.period.first_day()).collect::<Vec<_>>()
    };
    assert_eq!(of_person(5).len(), 27);
    assert_eq!(of_person(6).first(), Some(&day("2026-11-11")), "from the day after the appointment on");
    // A town without anybody owes all the same: the plan demands the post.
    let vacant = of(&owed, "l2", "410103003");
    assert_eq!(vacant.len(), 27);
    assert!(vacant.iter().all(|duty| duty.holder.is_none()));
    assert!(owed.iter().all(|duty| duty.post != "l3"), "no frequency, nothing owed");
}

#[test]
fn in_the_xx_district_both_ranks_one_owe_their_own_week_and_back_streets_a_day() {
    let owed = owed_by(&XX, &[], Asked::Now);
    let segment = "999901001001";
    for post in ["l1-town", "l1-enforcement"] {
        assert_eq!(names(&of(&owed, post, segment)), ["2026-W47", "2026-W48"], "{post}");
    }
    assert_eq!(names(&of(&owed, "l2-community", segment)), ["2026-11-26", "2026-11-27"]);
    assert_eq!(names(&of(&owed, "chief", "999901001")), ["2026-10", "2026-11"]);
    let back_streets = XX.data().segments.iter().filter(|segment| {
        XX.road_class(&segment.road_code) == Some(jiekou_core::place::RoadClass::BackStreet)
    });
    let back_streets: Vec<&str> = back_streets.map(|segment| segment.code.as_str()).collect();
    assert!(!back_streets.is_empty());
    for street in back_streets {
        assert_eq!(of(&owed, "l2-community", street).len(), 2, "{street}");
    }
    // A joint patrol of one of the two leaves the other's week open.
    let walked = [Walked {
        post: "l1-town".into(),
        area: segment.into(),
        person: None,
        day: day("2026-11-24"),
        times: 1,
    }];
    let stands: BTreeMap<String, OwedState> = weigh(owed, &walked, now())
        .into_iter()
        .filter(|it| it.duty.area.code == segment && it.duty.period.to_string() == "2026-W48")
        .map(|it| (it.duty.post, it.state))
        .collect();
    let expected =
        [("l1-enforcement".to_owned(), OwedState::DueSoon), ("l1-town".to_owned(), OwedState::Done)];
    assert_eq!(stands, BTreeMap::from(expected));
}

#[test]
fn a_post_that_no_area_must_have_is_owed_only_where_somebody_holds_it() {
    assert_eq!(owed_by(&DALIAN, &[], Asked::Now), []);
    let held = [holder("environment-inspector", "210202001001", 1, "2026-11-20T00:00:00+08:00")];
    let owed = owed_by(&DALIAN, &held, Asked::Now);
    assert_eq!(names(&owed.iter().collect::<Vec<_>>()), ["2026-11-26", "2026-11-27"]);
    let since_noon = [holder("environment-inspector", "210202001001", 1, "2026-11-27T11:00:00+08:00")];
    assert_eq!(owed_by(&DALIAN, &since_noon, Asked::Now), [], "from the next day on");
}

#[test]
fn a_period_is_judged_by_the_rules_that_were_in_force_when_it_began() {
    let asked = Asked::In("2026-11".parse().unwrap());
    let all = asked.moments(&ERQI, now());
    let noon = moment("2026-11-10T00:00:00+08:00");
    let (before, after): (BTreeSet<_>, BTreeSet<_>) = all.iter().copied().partition(|at| *at < noon);
    // Until the tenth somebody patrols each day, from then on once a week.
    let mut data = ERQI.data().clone();
    for post in data.plan.posts.iter_mut().filter(|post| post.code == "l2") {
        post.patrol = post.patrol.map(|patrol| jiekou_core::plan::Patrol { every: Cycle::Week, ..patrol });
    }
    let later = Rulebook::new(data);
    let versions = [InForce { rules: &ERQI, at: before }, InForce { rules: &later, at: after.clone() }];
    let owed = duties(&versions, &[], asked, now());
    let l2 = names(&of(&owed, "l2", "410103001"));
    assert_eq!(l2.len(), 9 + 2, "{l2:?}");
    assert_eq!(l2.last().unwrap(), "2026-W48");
    let only_later = [InForce { rules: &later, at: after }];
    let owed = duties(&only_later, &[], asked, now());
    assert_eq!(
        names(&of(&owed, "l2", "410103001")),
        ["2026-W47", "2026-W48"],
        "nothing before there were rules"
    );
}

#[test]
fn a_short_period_shows_the_longer_one_around_it_and_an_end_those_that_end_with_it() {
    let on = |asked| names(&of(&owed_by(&ERQI, &[], asked), "chief", "410103"));
    assert_eq!(on(Asked::In("2026-11-12".parse().unwrap())), ["2026-11上半月"]);
    assert_eq!(on(Asked::EndWith("2026-11-15".parse().unwrap())), ["2026-11上半月"]);
    assert_eq!(on(Asked::EndWith("2026-11-16".parse().unwrap())), Vec::<String>::new());
    assert_eq!(on(Asked::Now), ["2026-11上半月", "2026-11下半月"]);
    assert_eq!(on(Asked::In("2027-01".parse().unwrap())), Vec::<String>::new(), "what has not begun");
}

#[test]
fn whoever_walks_a_road_a_segment_or_a_grid_patrols_for_every_post_of_theirs_above_it() {
    let grant = |post: &str, role, level, area: &str| Grant {
        post: Some(post.into()),
        ..Grant::new(role, level, area)
    };
    let segment = &XX.data().segments[0];
    let town = segment.town_code.as_str();
    let other = XX.data().segments.iter().find(|it| it.town_code != town).unwrap();
    let own = [
        grant("chief", Role::RoadChief, Level::Town, town),
        grant("l1-town", Role::RoadChief, Level::Segment, &segment.code),
        grant("l1-town", Role::RoadChief, Level::Segment, &other.code),
        Grant::new(Role::RoadChief, Level::Town, town),
        grant("l9", Role::RoadChief, Level::Town, town),
    ];
    let walked = |areas: &[&str]| -> Vec<(String, String)> {
        let walks: Vec<Walk> = areas.iter().map(|area| Walk::parse(&XX, area).unwrap()).collect();
        parts(&XX, &own, &walks).into_iter().map(|part| (part.post, part.area)).collect()
    };
    let chief = ("chief".to_owned(), town.to_owned());
    let first = ("l1-town".to_owned(), segment.code.clone());
    let second = ("l1-town".to_owned(), other.code.clone());
    assert_eq!(walked(&[&segment.code]), [chief.clone(), first.clone()]);
    assert_eq!(walked(&[&segment.road_code]), [chief.clone(), first.clone()]);
    assert_eq!(walked(&[town]), [chief.clone()], "a town as a whole says nothing of one segment");
    assert_eq!(walked(&[&segment.code, &other.code]), [chief, first, second]);
    assert_eq!(walked(&[]), []);
}

#[test]
fn an_area_lies_in_its_town_district_and_city_and_a_code_that_two_have_needs_its_level() {
    let regions = || DALIAN.plan().regions.iter();
    let grid = regions().find(|region| region.level == Level::Grid).unwrap();
    let chain = Area::new(Level::Grid, grid.code.as_str()).chain(&DALIAN);
    let levels: Vec<Level> = chain.iter().map(|area| area.level).collect();
    assert_eq!(levels, [Level::Grid, Level::Community, Level::Town, Level::District, Level::City]);
    let center = |level, code: &str| Area::new(level, code).center(&DALIAN);
    assert_eq!(center(Level::Segment, "210202001001").as_deref(), Some("210202001"));
    assert_eq!(center(Level::District, "210202").as_deref(), Some("210202000"));
    assert_eq!(center(Level::City, "210200").as_deref(), Some("210200000"));
    assert_eq!(center(Level::Segment, "x"), None);
    assert_eq!(Area::of_grant(&DALIAN, &Grant::new(Role::RoadChief, Level::City, "2102")).code, "210200");

    let parse = |text| Walk::parse(&DALIAN, text).map(|walk| walk.to_string());
    assert_eq!(parse("210202001001"), Err(WalkError::Unclear), "a segment and a community");
    for text in
        ["segment/210202001001", "community/210202001001", "road/R001", "town/210202001", "city/210200"]
    {
        assert_eq!(parse(text).as_deref(), Ok(text));
    }
    assert_eq!(parse("210200").as_deref(), Ok("city/210200"));
    assert_eq!(parse(&grid.code), Ok(format!("grid/{}", grid.code)));
    for text in ["", "/", "segment/", "segment/x", "grid/210202001001", "street/R001", "road/x", "nowhere"] {
        assert_eq!(parse(text), Err(WalkError::Unknown), "{text}");
    }
    // Somebody of the community has not patrolled for walking the segment of the same number.
    let inspector = Grant {
        post: Some("environment-inspector".into()),
        ..Grant::new(Role::Supervisor, Level::Segment, "210202001001")
    };
    let walked =
        |text| parts(&DALIAN, std::slice::from_ref(&inspector), &[Walk::parse(&DALIAN, text).unwrap()]);
    assert_eq!(walked("segment/210202001001").len(), 1);
    assert!(walked("community/210202001001").is_empty());
}

#[test]
fn overdue_patrols_are_told_to_the_post_and_the_rung_above_in_one_list_each() {
    let ended = Asked::EndWith("2026-11-22".parse().unwrap());
    let owed = weigh(owed_by(&XX, &[], ended), &[], now());
    let told = lines(&XX, &owed);
    let segment = "999901001001";
    let at = |addressee: Addressee| told.get(&addressee.to_string()).cloned().unwrap_or_default();
    let post = |post: &str, area: &str| Addressee::Post { post: post.into(), area: area.into() };
    assert_eq!(at(post("l2-community", segment)).len(), 1);
    // 镇街一级 hears of its own week and of the day of the 社区二级 below.
    let first = at(post("l1-town", segment));
    let posts: Vec<&str> = first.iter().map(|line| line.post.as_str()).collect();
    assert_eq!(posts, ["社区二级路长", "镇街一级路长"]);
    // The 总路长 of the town: both ranks one of all its segments, and whoever stands on no rung of the ladder.
    let segments = XX.data().segments.iter().filter(|it| it.town_code == "999901001").count();
    assert_eq!(at(post("chief", "999901001")).len(), segments * 3);
    let alone: BTreeSet<&String> = told.keys().filter(|to| to.starts_with("center/")).collect();
    assert!(alone.is_empty(), "the month of the 总路长 has not ended: {alone:?}");
    let nobody =
        lines(&XX, &weigh(owed_by(&XX, &[], Asked::EndWith("2026-11-27".parse().unwrap())), &[], now()));
    assert_eq!(nobody, BTreeMap::new(), "what still runs is told nobody");
    // In erqi nobody of the posts has an address; the districts' platform hears of all.
    let owed = weigh(owed_by(&ERQI, &[], ended), &[], now());
    let told: Vec<String> = lines(&ERQI, &owed).into_keys().collect();
    assert_eq!(told, ["center/410103000"]);
    let both = [
        holder("l2", "410103001", 5, "2026-01-01T00:00:00+08:00"),
        holder("l2", "410103001", 6, "2026-01-01T00:00:00+08:00"),
    ];
    let told = lines(&ERQI, &weigh(owed_by(&ERQI, &both, ended), &[], now()));
    let alike = told["center/410103000"].iter().filter(|line| line.people == 2);
    assert_eq!(alike.map(|line| line.area.as_str()).collect::<Vec<_>>(), ["淮河路街道"]);
}

fn raw() -> RawPatrol {
    RawPatrol {
        areas: vec!["410103001001".into()],
        began_at: Some(moment("2026-11-27T09:00:00+08:00")),
        ended_at: Some(moment("2026-11-27T10:00:00+08:00")),
        ..RawPatrol::default()
    }
}

fn pointers(raw: RawPatrol) -> Vec<String> {
    let faults = NewPatrol::parse(raw, &ERQI, now()).err().unwrap_or_default();
    faults.into_iter().map(|fault| fault.pointer).collect()
}

#[test]
fn what_is_wrong_with_a_patrol_is_told_all_at_once() {
    let none: [&str; 0] = [];
    assert_eq!(pointers(raw()), none);
    assert_eq!(pointers(RawPatrol::default()), ["/areas", "/beganAt", "/endedAt"]);
    let wrong = RawPatrol {
        areas: vec!["nowhere".into(), "410103001001".into(), "410103001001".into()],
        began_at: Some(moment("2026-11-27T11:00:00+08:00")),
        case_numbers: vec!["12345".into()],
        participants: vec!["a\u{0}b".into()],
        words: Some("\u{7}".into()),
        ..raw()
    };
    assert_eq!(
        pointers(wrong),
        ["/areas/2", "/areas/0", "/endedAt", "/words", "/caseNumbers/0", "/participants/0"]
    );
    let at = |began: &str, ended: &str| {
        let raw = RawPatrol { began_at: Some(moment(began)), ended_at: Some(moment(ended)), ..raw() };
        pointers(raw)
    };
    assert_eq!(at("2026-11-27T09:00:00+08:00", "2026-11-27T12:02:00+08:00"), none);
    assert_eq!(at("2026-11-27T09:00:00+08:00", "2026-11-27T12:02:01+08:00"), ["/endedAt"]);
    assert_eq!(at("2026-11-20T12:00:00+08:00", "2026-11-20T13:00:00+08:00"), none, "seven days back");
    assert_eq!(at("2026-11-20T11:59:59+08:00", "2026-11-20T13:00:00+08:00"), ["/beganAt"]);
    assert_eq!(at("2026-11-25T09:00:00+08:00", "2026-11-26T09:00:01+08:00"), ["/endedAt"]);
    let many = RawPatrol { areas: (0..21).map(|number| number.to_string()).collect(), ..raw() };
    assert!(pointers(many).contains(&"/areas".to_owned()));
}

#[test]
fn a_track_is_kept_in_wgs84_and_declares_its_system() {
    let track = |system, points: &[[f64; 2]]| RawPatrol {
        track: Some(RawTrack { system, points: points.to_vec() }),
        ..raw()
    };
    let here = [113.6361, 34.7336];
    let read = NewPatrol::parse(track(Some(CoordinateSystem::Gcj02), &[here]), &ERQI, now()).unwrap();
    let [point] = read.track[..] else { panic!("{:?}", read.track) };
    assert!(
        (point.longitude() - 113.63).abs() < 0.001 && (point.latitude() - 34.735).abs() < 0.001,
        "{point:?}"
    );
    assert_eq!(pointers(track(None, &[here])), ["/track/coordinateSystem"]);
    let wgs84 = Some(CoordinateSystem::Wgs84);
    assert_eq!(pointers(track(wgs84, &[])), ["/track/points"]);
    assert_eq!(
        pointers(track(wgs84, &[here, [34.7, 113.6], [f64::NAN, 1.0]])),
        ["/track/points/1", "/track/points/2"]
    );
    assert_eq!(pointers(track(wgs84, &[here; 501])), ["/track/points"]);
}

proptest! {
    /// Every patrol that was walked since counts in exactly one period of its duty's cycle, and a period is done exactly
    /// when enough were walked in it.
    #[test]
    fn each_patrol_counts_in_exactly_one_period(
        cycle in prop::sample::select(Cycle::ALL.to_vec()), times in 1_u32..4,
        walked in prop::collection::vec((0_i64..400, 1_u32..3), 0..40),
    ) {
        let first = day("2025-12-01");
        let periods = Period::of(cycle, first).through(day("2027-03-01"));
        let duty = |period| Duty { post: "l1".into(), area: Area::new(Level::Town, "x"), holder: None, period, times };
        let days: Vec<Walked> = walked.iter().map(|(after, times)| Walked {
            post: "l1".into(), area: "x".into(), person: None, day: first + TimeDelta::days(*after), times: *times,
        }).collect();
        let elsewhere = Walked { post: "l1".into(), area: "y".into(), person: None, day: first, times: 9 };
        let everything: Vec<Walked> = days.iter().cloned().chain([elsewhere]).collect();
        let owed = weigh(periods.map(duty).collect(), &everything, now());
        let counted: u32 = owed.iter().map(|it| it.done).sum();
        prop_assert_eq!(counted, days.iter().map(|it| it.times).sum::<u32>());
        for it in &owed {
            let inside = days.iter().filter(|walked| {
                it.duty.period.first_day() <= walked.day && walked.day <= it.duty.period.last_day()
            });
            let enough = inside.map(|walked| walked.times).sum::<u32>() >= times;
            prop_assert_eq!(it.state == OwedState::Done, enough);
            prop_assert_eq!(it.state == OwedState::Overdue, !enough && it.duty.period.is_over(now()));
        }
    }
}
