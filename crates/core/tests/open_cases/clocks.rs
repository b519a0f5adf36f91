//! The clocks of cases that are taken over.

use chrono::TimeDelta;
use jiekou_core::case::{ClockKind, State};
use jiekou_core::clock::{Allowance, Limit, Unit};
use jiekou_core::rulebook::Circumstances;
use proptest::prelude::*;

use super::{at, now, rules};

fn circumstances(start: &str) -> Circumstances<'static> {
    Circumstances { category: "road-damage", complexity: None, areas: &[], start: at(start), pauses: &[] }
}

#[test]
fn without_a_deadline_the_stage_counts_from_the_latest_step_that_is_known() {
    let rules = rules();
    let started = |state| {
        let clocks = rules.clocks_taken_over(state, &circumstances("2026-11-20 09:00"), false, None, now());
        let told = clocks
            .iter()
            .map(|clock| (clock.kind, clock.rule.clone(), clock.clock.due_at, clock.clock.paused_at));
        told.collect::<Vec<_>>()
    };
    let accept = (ClockKind::Accept, "clocks.accept".to_owned(), at("2026-11-20 09:30"), None);
    assert_eq!(started(State::Received), [accept]);
    let handle =
        (ClockKind::Handle, "categories.road-damage.handleLimit".to_owned(), at("2026-11-27 09:00"), None);
    for state in [State::Signed, State::Rework] {
        assert_eq!(started(state).as_slice(), std::slice::from_ref(&handle), "{state:?}");
    }
    let dispatched: Vec<ClockKind> = started(State::Dispatched).into_iter().map(|(kind, ..)| kind).collect();
    assert_eq!(dispatched, [ClockKind::Sign, ClockKind::Handle]);
    let suspended = started(State::Suspended);
    assert_eq!((suspended[0].2, suspended[0].3), (handle.2, Some(now())), "it stands still");
    for state in State::ALL {
        assert_eq!(
            started(state).is_empty(),
            !state.takes_reports() && !matches!(state, State::Closed | State::Callback)
        );
    }
}

#[test]
fn a_deadline_of_the_other_system_is_the_only_clock_and_is_extended_by_our_limit() {
    let rules = rules();
    let due = at("2026-11-30 18:00");
    for (state, kind) in [
        (State::Dispatched, ClockKind::Handle),
        (State::Signed, ClockKind::Handle),
        (State::Opened, ClockKind::Dispatch),
    ] {
        let given = Some((due, "import.数字城管".to_owned()));
        let clocks = rules.clocks_taken_over(state, &circumstances("2026-11-20 18:00"), false, given, now());
        let [clock] = clocks.as_slice() else { panic!("{state:?}: {clocks:?}") };
        assert_eq!((clock.kind, clock.rule.as_str(), clock.clock.due_at), (kind, "import.数字城管", due));
        assert_eq!(clock.clock.warn_at, at("2026-11-28 18:00"), "a fifth of ten days is left");
        if kind == ClockKind::Handle {
            assert_eq!(clock.allowance, Allowance::whole(Limit::new(5, Unit::WorkDay)));
            let mut extended = clock.clock.clone();
            extended.extend(clock.allowance, rules.calendar());
            assert_eq!(extended.due_at, at("2026-12-07 18:00"));
        }
    }
}

proptest! {
    #[test]
    fn the_moments_of_a_taken_over_clock_are_in_order(start in 0_i64..20_000, length in -20_000_i64..200_000) {
        let rules = rules();
        let start = at("2026-11-01 00:00") + TimeDelta::minutes(start);
        let due = start + TimeDelta::minutes(length);
        let it = Circumstances { start, ..circumstances("2026-11-01 00:00") };
        let given = Some((due, "import.x".to_owned()));
        let clock = rules.clocks_taken_over(State::Signed, &it, false, given, now()).remove(0).clock;
        prop_assert!(clock.started_at <= clock.warn_at && clock.warn_at <= clock.due_at);
        prop_assert_eq!(clock.due_at, due);
    }
}
