//! What moves do to the deadline: pauses, extensions, corrected categories.

use chrono::{DateTime, Utc};
use jiekou_core::case::{ClockEffect, Ground, Move, RunningClock, Stage, State, clock_effect};
use jiekou_core::clock::{Unit, elapsed};
use proptest::prelude::*;

use crate::scene::ERQI;

/// Wall clock time of UTC+8 in 2026.
fn at(text: &str) -> DateTime<Utc> {
    format!("2026-{}:00+08:00", text.replace(' ', "T")).parse().unwrap()
}

/// 路灯不亮: one working day from dispatch.
fn ground(extensions: u32) -> Ground<'static> {
    Ground {
        rules: &ERQI,
        category: "street-light",
        urgent: false,
        opened_at: at("08-03 09:00"),
        dispatched_at: Some(at("08-03 09:00")),
        extensions,
    }
}

fn handling() -> RunningClock {
    RunningClock::default().after(
        ClockEffect::Start(Stage::Handle),
        State::Signed,
        &ground(0),
        at("08-03 10:00"),
    )
}

fn due(clock: &RunningClock) -> DateTime<Utc> {
    clock.due.as_ref().unwrap().due_at
}

#[test]
fn handling_counts_from_the_dispatch_and_rework_from_the_failure() {
    assert_eq!(due(&handling()), at("08-04 09:00"));
    let effect = clock_effect(State::Inspecting, Move::Fail, State::Rework, false);
    let rework = handling().after(effect, State::Rework, &ground(0), at("08-05 11:00"));
    assert_eq!(due(&rework), at("08-06 11:00"));
}

#[test]
fn a_suspension_gives_back_what_was_left_in_working_time() {
    let paused = handling().after(ClockEffect::Pause, State::Suspended, &ground(0), at("08-03 17:00"));
    assert_eq!(paused.due, None, "nothing is due while it stands still");
    assert_eq!(paused.after(ClockEffect::Pause, State::Suspended, &ground(0), at("08-04 17:00")), paused);
    assert_eq!(paused.after(ClockEffect::Keep, State::Suspended, &ground(0), at("08-04 17:00")), paused);
    // Left at the pause: one hour on Monday and one on Tuesday.
    let back = paused.after(ClockEffect::Resume, State::Signed, &ground(0), at("08-10 08:00"));
    assert_eq!(due(&back), at("08-10 10:00"));
    assert_eq!((back.paused, back.pauses.len()), (None, 1));
    assert_eq!(back.due.unwrap().rule, "categories.street-light.handleLimit");
}

#[test]
fn an_overdue_clock_stays_overdue_and_a_running_one_is_not_resumed() {
    let late = handling().after(ClockEffect::Pause, State::Suspended, &ground(0), at("08-05 09:00"));
    let back = late.after(ClockEffect::Resume, State::Signed, &ground(0), at("08-20 09:00"));
    assert_eq!(due(&back), at("08-04 09:00"));
    let running = handling();
    assert_eq!(running.after(ClockEffect::Resume, State::Signed, &ground(0), at("08-20 09:00")), running);
}

#[test]
fn an_extension_adds_the_limit_to_the_present_deadline() {
    let once = handling().after(ClockEffect::Extend, State::Signed, &ground(0), at("08-03 11:00"));
    assert_eq!(due(&once), at("08-05 09:00"));
    let twice = once.after(ClockEffect::Extend, State::Signed, &ground(1), at("08-03 12:00"));
    assert_eq!(due(&twice), at("08-06 09:00"));
}

#[test]
fn a_corrected_category_counts_from_the_dispatch_with_the_same_pauses_and_extensions() {
    let paused = handling().after(ClockEffect::Pause, State::Suspended, &ground(0), at("08-03 17:00"));
    let back = paused.after(ClockEffect::Resume, State::Signed, &ground(0), at("08-04 09:00"));
    assert_eq!(due(&back), at("08-04 11:00"), "two working hours were lost");
    let now = Ground { category: "road-damage", extensions: 1, ..ground(0) };
    let limit = ERQI.category("road-damage").unwrap().handle_limit;
    let corrected = back.after(ClockEffect::Recount, State::Signed, &now, at("08-04 09:30"));
    let expected =
        ERQI.clock_with_pauses(Stage::Handle, "road-damage", false, at("08-03 09:00"), &back.pauses);
    let expected = jiekou_core::clock::deadline(expected.due_at, limit, ERQI.calendar());
    assert_eq!(due(&corrected), expected);
    assert_eq!(corrected.due.unwrap().rule, "categories.road-damage.handleLimit");
    // Before anybody handles it, the clock is that of the stage, whatever the category.
    let accept = RunningClock::default().after(
        ClockEffect::Start(Stage::Accept),
        State::Received,
        &ground(0),
        at("08-03 09:00"),
    );
    assert_eq!(accept.after(ClockEffect::Recount, State::Received, &now, at("08-03 09:10")), accept);
}

#[test]
fn what_became_urgent_during_a_pause_ends_no_later_for_it() {
    let paused = handling().after(ClockEffect::Pause, State::Suspended, &ground(0), at("08-03 09:30"));
    let mut hastened = paused.clone();
    hastened.due =
        handling().due.map(|clock| jiekou_core::case::StageClock { due_at: at("08-03 10:00"), ..clock });
    let back = hastened.after(ClockEffect::Resume, State::Signed, &ground(0), at("08-07 09:00"));
    assert_eq!(due(&back), at("08-03 10:00"));
}

proptest! {
    #[test]
    fn pausing_and_resuming_never_gains_time(
        begun in 0_i64..200_000, before in 0_i64..20_000, stood in 0_i64..200_000, again in 0_i64..50_000,
        category in prop::sample::select(vec!["street-light", "road-damage", "shop-outside", "greening", "manhole"]),
    ) {
        let on = |minutes| at("08-03 09:00") + chrono::TimeDelta::minutes(minutes);
        let ground = Ground { category, dispatched_at: Some(on(begun)), ..ground(0) };
        let start = RunningClock::default();
        let start = start.after(ClockEffect::Start(Stage::Handle), State::Signed, &ground, on(begun));
        let unit = ERQI.unit_of(&start.due.as_ref().unwrap().rule, category).unwrap();
        let left = |clock: &RunningClock, now| elapsed(now, due(clock), unit, ERQI.calendar());
        let mut clock = start.clone();
        let mut now = begun + before;
        for stretch in [stood, again] {
            let had = left(&clock, on(now));
            let paused = clock.after(ClockEffect::Pause, State::Suspended, &ground, on(now));
            now += stretch;
            let back = paused.after(ClockEffect::Resume, State::Signed, &ground, on(now));
            prop_assert!(left(&back, on(now)) <= had, "{unit:?}: time was gained");
            prop_assert!(due(&back) >= due(&clock), "and none is taken away");
            if unit != Unit::WorkDay && had > chrono::TimeDelta::zero() {
                prop_assert_eq!(left(&back, on(now)), had);
            }
            clock = back;
            now += before / 7;
        }
    }
}
