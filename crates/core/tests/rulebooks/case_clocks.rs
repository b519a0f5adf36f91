//! What the steps of a case do to its clocks, in the plans' own rulebooks.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use jiekou_core::case::{CaseClock, ClockKind, Move, State, clock_effect, milestones};
use jiekou_core::category::{CaseKind, Complexity};
use jiekou_core::clock::local::{instant, local};
use jiekou_core::clock::{Calendar, Clock, ClockState, Limit, Unit, WorkDayMode, elapsed};
use jiekou_core::place::AreaKind;
use jiekou_core::rulebook::{Circumstances, ClockChange, ClockStep, Rulebook};
use proptest::prelude::*;

use crate::folder::rules;

fn at(text: &str) -> DateTime<Utc> {
    instant(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
}

/// A case whose clocks are kept in memory as the database keeps them.
struct Walk<'a> {
    rules: &'a Rulebook,
    category: &'a str,
    areas: Vec<AreaKind>,
    state: State,
    dispatched_at: Option<DateTime<Utc>>,
    shown: Option<ClockKind>,
    clocks: Vec<CaseClock>,
}

impl<'a> Walk<'a> {
    fn open(rules: &'a Rulebook, category: &'a str, areas: &[AreaKind], now: DateTime<Utc>) -> Self {
        let mut walk = Self {
            rules,
            category,
            areas: areas.to_vec(),
            state: State::Received,
            dispatched_at: None,
            shown: Some(ClockKind::Accept),
            clocks: Vec::new(),
        };
        let started = rules.opening_clocks(&walk.circumstances(now), false);
        walk.start(started);
        walk
    }

    fn circumstances(&self, start: DateTime<Utc>) -> Circumstances<'_> {
        Circumstances { category: self.category, complexity: None, areas: &self.areas, start, pauses: &[] }
    }

    fn start(&mut self, started: Vec<CaseClock>) {
        for clock in started {
            let n = i32::try_from(self.clocks.len()).unwrap() + 1;
            self.clocks.push(CaseClock { n, ..clock });
        }
    }

    fn make(&mut self, it: Move, to: State, now: DateTime<Utc>) {
        self.step(it, to, now, false);
    }

    fn step(&mut self, it: Move, to: State, now: DateTime<Utc>, enforcing: bool) {
        let step = ClockStep {
            effect: clock_effect(self.state, it, to, false),
            to,
            reached: milestones(it, enforcing, false),
            now,
            dispatched_at: self.dispatched_at,
            shown: self.shown,
        };
        let open: Vec<CaseClock> = self.clocks.iter().filter(|clock| clock.is_open()).cloned().collect();
        let change = self.rules.clock_change(&open, &step, &self.circumstances(now), false);
        self.write(change, now);
        self.state = to;
        if to == State::Dispatched {
            self.dispatched_at = Some(now);
        }
    }

    fn write(&mut self, change: ClockChange, now: DateTime<Utc>) {
        for moved in change.moved {
            self.clocks.iter_mut().find(|clock| clock.n == moved.n).unwrap().clock = moved.clock;
        }
        for it in self.clocks.iter_mut().filter(|it| it.clock.ended_at.is_none()) {
            let ends = change.end_kinds.contains(&it.kind)
                || change.end_rules.contains(&it.rule)
                || change.end.contains(&it.n);
            if ends {
                it.clock.ended_at = Some(now);
            } else if change.pause {
                it.clock.pause(now);
            }
        }
        self.start(change.started);
        self.shown = change.shown;
    }

    /// Rule and state of every clock, in the order they were started.
    fn states(&self, now: DateTime<Utc>) -> Vec<(&str, ClockState)> {
        self.clocks.iter().map(|it| (it.rule.as_str(), it.clock.state(now))).collect()
    }

    /// Rules of the clocks that run, sorted.
    fn running(&self) -> Vec<&str> {
        let running = self.clocks.iter().filter(|it| it.clock.is_running());
        let mut rules: Vec<&str> = running.map(|it| it.rule.as_str()).collect();
        rules.sort_unstable();
        rules
    }

    fn clock(&self, rule: &str) -> &Clock {
        let found = self.clocks.iter().rev().find(|it| it.rule == rule);
        &found.unwrap_or_else(|| panic!("no clock of {rule}: {:?}", self.running())).clock
    }

    fn until_signed(&mut self, now: DateTime<Utc>) {
        self.make(Move::Accept, State::Accepted, now);
        self.make(Move::Open, State::Opened, now);
        self.make(Move::Dispatch, State::Dispatched, now);
        self.make(Move::Sign, State::Signed, now);
    }
}

#[test]
fn handling_counts_from_the_dispatch_beside_the_signing_and_anew_for_rework() {
    let rules = rules("erqi");
    let handle = "categories.road-damage.handleLimit";
    let mut walk = Walk::open(&rules, "road-damage", &[], at("2026-07-31 09:00"));
    assert_eq!(walk.running(), ["clocks.accept"]);
    walk.make(Move::Accept, State::Accepted, at("2026-07-31 09:10"));
    assert_eq!(walk.running(), ["clocks.preVerify"]);
    walk.make(Move::Open, State::Opened, at("2026-07-31 09:20"));
    walk.make(Move::Dispatch, State::Dispatched, at("2026-07-31 10:00"));
    assert_eq!(walk.running(), [handle, "clocks.sign"]);
    assert_eq!(walk.shown, Some(ClockKind::Sign));
    walk.make(Move::Sign, State::Signed, at("2026-08-03 09:00"));
    assert_eq!(walk.clock(handle).started_at, at("2026-07-31 10:00"));
    assert_eq!((walk.running(), walk.shown), (vec![handle], Some(ClockKind::Handle)));
    walk.make(Move::Handle, State::Handled, at("2026-08-03 10:00"));
    walk.make(Move::Inspect, State::Inspecting, at("2026-08-03 10:30"));
    assert_eq!(walk.running(), ["clocks.inspect"]);
    walk.make(Move::Fail, State::Rework, at("2026-08-03 11:00"));
    walk.make(Move::Sign, State::Signed, at("2026-08-03 11:30"));
    assert_eq!(
        walk.clock(handle).started_at,
        at("2026-08-03 11:00"),
        "rework counts from the failed inspection"
    );
    walk.make(Move::Return, State::Returned, at("2026-08-03 12:00"));
    assert_eq!(walk.running(), ["clocks.dispatch"]);
    walk.make(Move::Dispatch, State::Dispatched, at("2026-08-03 15:00"));
    assert_eq!(walk.clock(handle).started_at, at("2026-08-03 15:00"));
    assert_eq!(
        walk.states(at("2026-08-03 15:00")),
        [
            ("clocks.accept", ClockState::FinishedOnTime),
            ("clocks.preVerify", ClockState::FinishedOnTime),
            ("clocks.dispatch", ClockState::FinishedOnTime),
            ("clocks.sign", ClockState::FinishedLate),
            (handle, ClockState::FinishedOnTime),
            ("clocks.inspect", ClockState::FinishedOnTime),
            (handle, ClockState::FinishedOnTime),
            ("clocks.dispatch", ClockState::FinishedOnTime),
            ("clocks.sign", ClockState::Running),
            (handle, ClockState::Running),
        ]
    );
}

#[test]
fn in_a_residential_grid_of_dalian_all_limits_run_at_once_and_each_keeps_its_rule() {
    let rules = rules("dalian");
    let mut walk = Walk::open(&rules, "household-waste", &[AreaKind::Residential], at("2026-07-31 09:00"));
    walk.make(Move::Accept, State::Accepted, at("2026-07-31 09:00"));
    walk.make(Move::Open, State::Opened, at("2026-07-31 09:00"));
    walk.make(Move::Dispatch, State::Dispatched, at("2026-07-31 09:00"));
    assert_eq!(
        walk.running(),
        [
            "categories.household-waste.handleLimit",
            "clocks.sign",
            "overlays.residential",
            "overlays.simple-24h"
        ]
    );
    assert_eq!(walk.clock("overlays.residential").due_at, at("2026-07-31 09:48"), "a fifth of four hours");
    assert_eq!(walk.clock("overlays.simple-24h").due_at, at("2026-08-01 09:00"));
    walk.make(Move::Handle, State::Handled, at("2026-07-31 11:00"));
    let states = walk.states(at("2026-07-31 11:00"));
    assert!(states.contains(&("overlays.residential", ClockState::FinishedLate)), "{states:?}");
    assert!(states.contains(&("overlays.simple-24h", ClockState::FinishedOnTime)), "{states:?}");
}

#[test]
fn a_squad_of_dalian_has_five_and_fifty_nine_minutes_from_being_told() {
    let rules = rules("dalian");
    let sudden = rules
        .data()
        .categories
        .iter()
        .find(|category| category.sudden && category.complexity == Complexity::Simple);
    let category = sudden.unwrap().slug.clone();
    let mut walk = Walk::open(&rules, &category, &[AreaKind::BackStreet], at("2026-07-31 09:00"));
    walk.make(Move::Accept, State::Accepted, at("2026-07-31 09:05"));
    walk.make(Move::Open, State::Opened, at("2026-07-31 09:05"));
    walk.make(Move::Dispatch, State::Dispatched, at("2026-07-31 09:10"));
    assert_eq!(walk.clock("minuteClocks.arrive-5").due_at, at("2026-07-31 09:15"));
    assert_eq!(walk.clock("minuteClocks.renew-59").due_at, at("2026-07-31 10:09"));
    walk.make(Move::Arrive, State::Dispatched, at("2026-07-31 09:16"));
    walk.make(Move::Sign, State::Signed, at("2026-07-31 09:17"));
    walk.make(Move::Handle, State::Handled, at("2026-07-31 10:09"));
    let late = walk.states(at("2026-07-31 11:00"));
    assert!(late.contains(&("minuteClocks.arrive-5", ClockState::FinishedLate)), "{late:?}");
    assert!(late.contains(&("minuteClocks.renew-59", ClockState::FinishedOnTime)), "{late:?}");
}

#[test]
fn a_simple_damage_of_a_residential_areas_facility_has_thirty_minutes_from_being_told() {
    let rules = rules("dalian");
    let simple = rules.data().categories.iter().find(|category| {
        category.code.kind == CaseKind::Component && category.complexity == Complexity::Simple
    });
    let mut walk =
        Walk::open(&rules, &simple.unwrap().slug, &[AreaKind::Residential], at("2026-07-31 09:00"));
    assert_eq!(walk.running(), ["clocks.accept"]);
    walk.until_signed(at("2026-07-31 21:00"));
    assert_eq!(walk.clock("minuteClocks.repair-30").due_at, at("2026-07-31 21:30"), "nights count");
    walk.make(Move::Handle, State::Handled, at("2026-07-31 21:31"));
    let state = walk.clock("minuteClocks.repair-30").state(at("2026-07-31 22:00"));
    assert_eq!(state, ClockState::FinishedLate);
}

#[test]
fn ten_minutes_run_from_finding_and_ten_from_failed_persuasion_and_nobody_comes_for_what_is_handled() {
    let rules = rules("zhengzhou");
    let mut walk = Walk::open(&rules, "street-vendor", &[], at("2026-07-31 22:00"));
    assert_eq!(walk.running(), ["clocks.accept", "minuteClocks.arrive-10"]);
    walk.make(Move::Accept, State::Accepted, at("2026-07-31 22:01"));
    walk.make(Move::Open, State::Opened, at("2026-07-31 22:02"));
    walk.make(Move::Dispatch, State::Dispatched, at("2026-07-31 22:03"));
    walk.make(Move::Sign, State::Signed, at("2026-07-31 22:04"));
    walk.make(Move::Arrive, State::Signed, at("2026-07-31 22:10"));
    assert_eq!(
        walk.clock("minuteClocks.arrive-10").state(at("2026-07-31 22:30")),
        ClockState::FinishedOnTime
    );
    walk.make(Move::ToEnforcement, State::Signed, at("2026-07-31 22:12"));
    assert_eq!(walk.clock("minuteClocks.enforce-10").due_at, at("2026-07-31 22:22"));
    walk.step(Move::Arrive, State::Signed, at("2026-07-31 22:23"), true);
    assert_eq!(walk.clock("minuteClocks.enforce-10").state(at("2026-07-31 22:30")), ClockState::FinishedLate);

    let mut unseen = Walk::open(&rules, "shop-outside", &[], at("2026-07-31 22:00"));
    unseen.until_signed(at("2026-07-31 22:01"));
    unseen.make(Move::Handle, State::Handled, at("2026-07-31 22:05"));
    assert_eq!(unseen.clock("minuteClocks.arrive-10").ended_at, Some(at("2026-07-31 22:05")));
}

#[test]
fn a_promise_to_speak_with_the_reporter_ends_with_a_question_to_them() {
    let mut data = rules("erqi").data().clone();
    let contact = "{id: contact-60, source: 一小时内联系报料人, from: found, to: contacted, limit: {amount: 60, unit: minute}}";
    data.plan.minute_clocks.push(serde_yaml_ng::from_str(contact).unwrap());
    let rules = Rulebook::new(data);
    let mut walk = Walk::open(&rules, "noise", &[], at("2026-07-31 22:00"));
    assert_eq!(walk.running(), ["clocks.accept", "minuteClocks.contact-60"]);
    walk.make(Move::Accept, State::Accepted, at("2026-07-31 22:10"));
    walk.make(Move::AskReporter, State::Accepted, at("2026-07-31 22:30"));
    let contact = walk.clocks.iter().find(|it| it.kind == ClockKind::Contact).unwrap();
    assert_eq!(contact.clock.state(at("2026-08-01 09:00")), ClockState::FinishedOnTime);
}

#[test]
fn a_suspension_stops_every_clock_and_what_was_left_is_left_again() {
    let rules = rules("dalian");
    let mut walk = Walk::open(&rules, "facade", &[AreaKind::Residential], at("2026-07-31 08:00"));
    walk.until_signed(at("2026-07-31 08:00"));
    walk.make(Move::Suspend, State::Suspended, at("2026-07-31 12:00"));
    assert_eq!(walk.running(), Vec::<&str>::new());
    walk.make(Move::Resume, State::Signed, at("2026-08-03 10:00"));
    // Natural hours lose the weekend, working hours four of them.
    assert_eq!(walk.clock("overlays.complex-72h").due_at, at("2026-08-06 06:00"));
    assert_eq!(walk.clock("overlays.residential").due_at, at("2026-08-03 12:00"));
    assert_eq!(walk.shown, Some(ClockKind::Handle));
}

#[test]
fn an_extension_adds_the_original_limit_to_the_deadline_of_every_handling_clock() {
    let rules = rules("dalian");
    let mut walk = Walk::open(&rules, "facade", &[AreaKind::Residential], at("2026-07-31 08:00"));
    walk.until_signed(at("2026-07-31 08:00"));
    walk.make(Move::Extend, State::Signed, at("2026-07-31 09:00"));
    for (rule, due) in [
        // A quarter of three working days, once more.
        ("overlays.residential", "2026-08-03 12:00"),
        ("overlays.complex-72h", "2026-08-06 08:00"),
        ("categories.facade.handleLimit", "2026-08-10 08:00"),
    ] {
        let clock = walk.clock(rule);
        assert_eq!(clock.due_at, at(due), "{rule}: {}", local(clock.due_at));
        assert!(clock.warn_at < clock.due_at && clock.extensions == 1, "{rule}");
    }
}

#[test]
fn a_corrected_category_counts_from_when_the_old_one_began_with_its_pauses() {
    let rules = rules("dalian");
    let mut walk = Walk::open(&rules, "household-waste", &[AreaKind::Residential], at("2026-07-31 08:00"));
    walk.until_signed(at("2026-07-31 08:00"));
    walk.make(Move::Suspend, State::Suspended, at("2026-07-31 08:10"));
    walk.make(Move::Resume, State::Signed, at("2026-07-31 09:10"));
    walk.category = "facade";
    walk.make(Move::CorrectCategory, State::Signed, at("2026-07-31 10:00"));
    assert_eq!(
        walk.running(),
        ["categories.facade.handleLimit", "overlays.complex-72h", "overlays.residential"]
    );
    let clock = walk.clock("overlays.residential");
    assert_eq!(clock.started_at, at("2026-07-31 08:00"));
    assert_eq!(clock.due_at, at("2026-07-31 17:00"), "six working hours and the one that it stood");
    let stays = walk.clocks.len();
    walk.make(Move::CorrectPlace, State::Signed, at("2026-07-31 10:30"));
    assert_eq!(walk.clocks.len(), stays, "limits that are the same go on");
}

#[test]
fn whatever_ends_a_case_ends_every_clock() {
    let rules = rules("zhengzhou");
    for (it, to) in [(Move::Reject, State::Rejected), (Move::Merge, State::Merged)] {
        let mut walk = Walk::open(&rules, "street-vendor", &[], at("2026-07-31 22:00"));
        walk.make(it, to, at("2026-07-31 22:03"));
        assert_eq!((walk.running(), walk.shown), (Vec::new(), None), "{it:?}");
    }
}

static CALENDARS: LazyLock<[Calendar; 2]> = LazyLock::new(|| {
    let same_time = rules("erqi").calendar().clone();
    let text = serde_json::to_string(&same_time).unwrap().replace("sameTime", "endOfDay");
    let end_of_day: Calendar = serde_json::from_str(&text).unwrap();
    assert_eq!(end_of_day.work_day_mode(), WorkDayMode::EndOfDay);
    [same_time, end_of_day]
});

const UNITS: [Unit; 5] = [Unit::Minute, Unit::UrgentHour, Unit::WorkHour, Unit::WorkDay, Unit::NaturalDay];

proptest! {
    #[test]
    fn pausing_and_resuming_never_gains_time_on_the_clocks_own_unit(
        seconds in 0_i64..126_230_400, amount in 1_u32..40, unit in prop::sample::select(&UNITS),
        gaps in prop::collection::vec((0_i64..200_000, 0_i64..400_000), 0..6), mode in 0_usize..2,
    ) {
        let calendar = &CALENDARS[mode];
        let start = at("2024-01-01 00:00") + TimeDelta::seconds(seconds);
        let allowance = jiekou_core::clock::Allowance::whole(Limit::new(amount, unit));
        let mut clock = Clock::start(start, allowance, Vec::new(), calendar);
        let (mut now, mut worked) = (start, TimeDelta::zero());
        let whole = elapsed(start, clock.due_at, unit, calendar);
        for (runs, stands) in gaps {
            let paused = now + TimeDelta::seconds(runs);
            worked += elapsed(now, paused.min(clock.due_at), unit, calendar);
            let left = elapsed(paused, clock.due_at, unit, calendar);
            let before = clock.clone();
            clock.pause(paused);
            now = paused + TimeDelta::seconds(stands);
            clock.resume(now, allowance, calendar);
            prop_assert_eq!(elapsed(now, clock.due_at, unit, calendar), left, "what was left is left");
            prop_assert!(clock.due_at >= before.due_at && clock.warn_at >= before.warn_at);
            prop_assert!(clock.warn_at <= clock.due_at);
        }
        // All the stretches in which it ran make up the limit, and no more.
        worked += elapsed(now, clock.due_at.max(now), unit, calendar);
        prop_assert_eq!(worked, whole);
        // Counted at once from all pauses it is due no later.
        let again = Clock::start(start, allowance, clock.pauses.clone(), calendar);
        prop_assert_eq!(again.due_at, clock.due_at);
        prop_assert_eq!(again.warn_at, clock.warn_at);
    }

    #[test]
    fn an_extension_is_never_shorter_than_the_limit_and_warns_before_its_end(
        seconds in 0_i64..126_230_400, amount in 1_u32..40, unit in prop::sample::select(&UNITS), mode in 0_usize..2,
    ) {
        let calendar = &CALENDARS[mode];
        let start = at("2024-01-01 00:00") + TimeDelta::seconds(seconds);
        let allowance = jiekou_core::clock::Allowance::whole(Limit::new(amount, unit));
        let mut clock = Clock::start(start, allowance, Vec::new(), calendar);
        let before = clock.due_at;
        clock.extend(allowance, calendar);
        prop_assert!(clock.warn_at >= before && clock.warn_at <= clock.due_at);
        if let Some(length) = Limit::new(amount, unit).duration() {
            prop_assert_eq!(elapsed(before, clock.due_at, unit, calendar), length);
        }
    }
}
