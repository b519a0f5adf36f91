//! Dates around 春节, 国庆 and the year's end, a table for each unit, over the calendar that all five rulebooks share.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use jiekou_core::clock::local::{instant, local};
use jiekou_core::clock::{
    Calendar, DayType, Limit, Pause, Share, Unit, deadline, deadline_with_pauses, elapsed, share_deadline,
    share_warn_at, warn_at,
};
use proptest::prelude::*;

use crate::folder::{PLANS, rules};

static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| rules("erqi").calendar().clone());

fn at(text: &str) -> DateTime<Utc> {
    instant(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
}

fn table(unit: Unit, rows: &[(&str, u32, &str)]) {
    for (start, amount, due) in rows {
        let reached = deadline(at(start), Limit::new(*amount, unit), &CALENDAR);
        assert_eq!(reached, at(due), "{start} + {amount} {unit}: {}", local(reached));
    }
}

#[test]
fn all_five_rulebooks_know_the_published_years_and_warn_of_2027() {
    for name in PLANS {
        let known: Vec<i32> = (2023..2029).filter(|year| rules(name).calendar().covers(*year)).collect();
        assert_eq!(known, [2024, 2025, 2026], "{name}");
    }
}

#[test]
fn the_published_days_off_and_working_weekends_are_whole() {
    for (year, days_off, working_weekends) in [(2024, 30, 8), (2025, 28, 5), (2026, 33, 6)] {
        let days =
            NaiveDate::from_ymd_opt(year, 1, 1).unwrap().iter_days().take_while(|day| day.year() == year);
        let kinds: Vec<(NaiveDate, DayType)> = days.map(|day| (day, CALENDAR.day_type(day))).collect();
        let makeup = kinds.iter().filter(|(_, kind)| *kind == DayType::MakeupWorkday).count();
        assert_eq!(makeup, working_weekends, "{year}");
        // Every working weekend swaps a weekday off, so a year's working days lack only the statutory holidays.
        let weekdays_off = kinds
            .iter()
            .filter(|(day, kind)| *kind == DayType::Holiday && day.weekday().num_days_from_monday() < 5);
        let statutory =
            i64::try_from(weekdays_off.count()).unwrap() - i64::try_from(working_weekends).unwrap();
        assert!((8..=13).contains(&statutory), "{year}: {statutory} statutory weekdays");
        let text = std::fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../rulebooks/erqi/calendar.yaml"
        ))
        .unwrap();
        let holidays =
            text.split(&format!("  {year}:")).nth(1).unwrap().split("makeupWorkdays").next().unwrap();
        assert_eq!(holidays.matches(&format!("{year}-")).count(), days_off, "{year}");
    }
}

#[test]
fn minutes_run_through_every_holiday() {
    table(
        Unit::Minute,
        &[
            ("2024-02-09 23:55", 10, "2024-02-10 00:05"),
            ("2025-09-30 23:59", 10, "2025-10-01 00:09"),
            ("2024-12-31 23:50", 59, "2025-01-01 00:49"),
            ("2026-12-31 23:55", 5, "2027-01-01 00:00"),
        ],
    );
}

#[test]
fn urgent_hours_run_through_every_holiday() {
    table(
        Unit::UrgentHour,
        &[
            ("2024-02-09 17:00", 2, "2024-02-09 19:00"),
            ("2025-01-28 03:00", 24, "2025-01-29 03:00"),
            ("2026-09-30 18:00", 72, "2026-10-03 18:00"),
            ("2025-12-31 23:00", 2, "2026-01-01 01:00"),
            ("2024-02-28 12:00", 24, "2024-02-29 12:00"),
        ],
    );
}

#[test]
fn natural_days_run_through_every_holiday() {
    table(
        Unit::NaturalDay,
        &[
            ("2024-02-09 17:00", 2, "2024-02-11 17:00"),
            ("2024-02-28 12:00", 2, "2024-03-01 12:00"),
            ("2025-09-30 09:00", 8, "2025-10-08 09:00"),
            ("2026-12-31 09:00", 1, "2027-01-01 09:00"),
        ],
    );
}

#[test]
fn work_hours_wait_for_the_next_working_day() {
    table(
        Unit::WorkHour,
        &[
            // 春节 2024: 10 to 17 February off, Sundays 4 and 18 worked.
            ("2024-02-03 10:00", 1, "2024-02-04 09:00"),
            ("2024-02-09 17:00", 2, "2024-02-18 09:00"),
            ("2024-02-12 10:00", 8, "2024-02-18 18:00"),
            // 春节 2025: 28 January to 4 February off, Sunday 26 January and Saturday 8 February worked.
            ("2025-01-25 10:00", 4, "2025-01-26 12:00"),
            ("2025-01-27 17:30", 1, "2025-02-05 08:30"),
            ("2025-02-07 17:00", 2, "2025-02-08 09:00"),
            // 春节 2026: 15 to 23 February off, Saturdays 14 and 28 worked.
            ("2026-02-13 17:00", 2, "2026-02-14 09:00"),
            ("2026-02-14 17:00", 2, "2026-02-24 09:00"),
            ("2026-02-27 18:00", 1, "2026-02-28 09:00"),
            // 国庆 2024: 1 to 7 October off, Sunday 29 September and Saturday 12 October worked.
            ("2024-09-28 09:00", 1, "2024-09-29 09:00"),
            ("2024-09-30 17:00", 2, "2024-10-08 09:00"),
            ("2024-10-11 17:00", 2, "2024-10-12 09:00"),
            // 国庆 2025 with 中秋: 1 to 8 October off, Sunday 28 September and Saturday 11 October worked.
            ("2025-09-30 17:00", 2, "2025-10-09 09:00"),
            ("2025-10-10 17:00", 2, "2025-10-11 09:00"),
            // 国庆 2026: 1 to 7 October off, Sunday 20 September and Saturday 10 October worked.
            ("2026-09-30 17:00", 2, "2026-10-08 09:00"),
            ("2026-10-09 17:30", 1, "2026-10-10 08:30"),
            // Year's ends.
            ("2024-12-31 17:00", 2, "2025-01-02 09:00"),
            ("2025-12-31 17:00", 2, "2026-01-04 09:00"),
            ("2026-12-31 17:00", 2, "2027-01-01 09:00"),
        ],
    );
}

#[test]
fn working_days_skip_holidays_and_count_working_weekends() {
    table(
        Unit::WorkDay,
        &[
            ("2024-02-08 10:00", 2, "2024-02-18 10:00"),
            ("2024-02-10 10:00", 1, "2024-02-18 18:00"),
            ("2024-02-17 10:00", 1, "2024-02-18 18:00"),
            ("2025-01-24 10:00", 1, "2025-01-26 10:00"),
            ("2025-01-27 10:00", 1, "2025-02-05 10:00"),
            ("2025-01-27 10:00", 4, "2025-02-08 10:00"),
            ("2026-02-13 10:00", 2, "2026-02-24 10:00"),
            ("2026-02-24 10:00", 5, "2026-03-02 10:00"),
            ("2024-09-30 10:00", 1, "2024-10-08 10:00"),
            ("2024-09-30 10:00", 5, "2024-10-12 10:00"),
            ("2025-09-30 10:00", 3, "2025-10-11 10:00"),
            ("2026-09-30 10:00", 3, "2026-10-10 10:00"),
            ("2024-12-31 10:00", 1, "2025-01-02 10:00"),
            ("2025-12-31 10:00", 1, "2026-01-04 10:00"),
            ("2026-12-31 10:00", 1, "2027-01-01 10:00"),
        ],
    );
}

#[test]
fn working_days_that_end_at_closing_time_do_so_around_every_holiday() {
    let text = serde_json::to_string(&*CALENDAR).unwrap().replace("sameTime", "endOfDay");
    let calendar: Calendar = serde_json::from_str(&text).unwrap();
    for (start, amount, due) in [
        ("2024-02-08 10:00", 2, "2024-02-18 18:00"),
        ("2025-01-27 10:00", 1, "2025-02-05 18:00"),
        ("2026-02-24 10:00", 5, "2026-03-02 18:00"),
        ("2026-09-30 10:00", 3, "2026-10-10 18:00"),
        ("2024-12-31 10:00", 1, "2025-01-02 18:00"),
    ] {
        let reached = deadline(at(start), Limit::new(amount, Unit::WorkDay), &calendar);
        assert_eq!(reached, at(due), "{start} + {amount}: {}", local(reached));
    }
}

#[test]
fn a_warning_comes_when_a_fifth_of_the_units_own_time_is_left_also_over_a_holiday() {
    for (start, amount, unit, warn) in [
        ("2024-02-09 23:55", 10, Unit::Minute, "2024-02-10 00:03"),
        ("2024-12-31 20:00", 10, Unit::UrgentHour, "2025-01-01 04:00"),
        ("2025-09-30 09:00", 5, Unit::NaturalDay, "2025-10-04 09:00"),
        // Six hours before 春节 2026 and two of the four after it.
        ("2026-02-14 10:00", 10, Unit::WorkHour, "2026-02-24 10:00"),
        // A working day of eight hours, of which one lies before the holiday.
        ("2026-02-14 17:00", 1, Unit::WorkDay, "2026-02-24 15:24"),
    ] {
        let reached = warn_at(at(start), Limit::new(amount, unit), &[], &CALENDAR);
        assert_eq!(reached, at(warn), "{start} + {amount} {unit}: {}", local(reached));
    }
}

#[test]
fn a_pause_over_a_holiday_gives_back_in_each_unit_what_was_left() {
    let start = at("2026-02-13 16:00");
    let pause = [Pause { from: at("2026-02-13 17:00"), until: at("2026-02-24 09:00") }];
    for (amount, unit, due) in [
        (90, Unit::Minute, "2026-02-24 09:30"),
        (4, Unit::UrgentHour, "2026-02-24 12:00"),
        (1, Unit::NaturalDay, "2026-02-25 08:00"),
        (4, Unit::WorkHour, "2026-02-24 12:00"),
        // Seven hours were left: one on Friday, six on the working Saturday.
        (1, Unit::WorkDay, "2026-02-24 18:00"),
    ] {
        let reached = deadline_with_pauses(start, Limit::new(amount, unit), &pause, &CALENDAR);
        assert_eq!(reached, at(due), "{amount} {unit}: {}", local(reached));
    }
}

#[test]
fn a_share_of_a_limit_is_counted_in_its_own_unit() {
    let quarter = Share::new(1, 4).unwrap();
    for (start, amount, unit, due) in [
        ("2026-02-14 17:00", 8, Unit::WorkHour, "2026-02-24 09:00"),
        ("2026-02-14 17:00", 1, Unit::WorkDay, "2026-02-24 09:00"),
        ("2026-02-14 17:00", 8, Unit::UrgentHour, "2026-02-14 19:00"),
        ("2026-02-14 17:00", 4, Unit::NaturalDay, "2026-02-15 17:00"),
        ("2024-12-31 16:00", 2, Unit::WorkDay, "2025-01-02 10:00"),
    ] {
        let due_at = share_deadline(at(start), Limit::new(amount, unit), quarter, &[], &CALENDAR);
        assert_eq!(due_at, at(due), "{start} {amount} {unit}: {}", local(due_at));
    }
}

const UNITS: [Unit; 5] = [Unit::Minute, Unit::UrgentHour, Unit::WorkHour, Unit::WorkDay, Unit::NaturalDay];

prop_compose! {
    /// Any second of 2024 to 2027.
    fn start()(seconds in 0_i64..126_230_400) -> DateTime<Utc> {
        at("2024-01-01 00:00") + TimeDelta::seconds(seconds)
    }
}

prop_compose! {
    fn share()(denominator in 1_u16..12, part in 1_u16..12) -> Share {
        Share::new(part.min(denominator), denominator).unwrap()
    }
}

proptest! {
    #[test]
    fn several_pauses_never_gain_time(
        start in start(), amount in 1_u32..40, unit in prop::sample::select(&UNITS),
        pauses in prop::collection::vec((0_i64..600_000, 0_i64..300_000), 0..5),
    ) {
        let pause = |(after, length): &(i64, i64)| {
            let from = start + TimeDelta::seconds(*after);
            Pause { from, until: from + TimeDelta::seconds(*length) }
        };
        let pauses: Vec<Pause> = pauses.iter().map(pause).collect();
        let limit = Limit::new(amount, unit);
        let mut due = deadline(start, limit, &CALENDAR);
        // One more pause is never due earlier, and what was worked before the deadline is never less than the limit.
        for count in 1..=pauses.len() {
            let paused = deadline_with_pauses(start, limit, &pauses[..count], &CALENDAR);
            prop_assert!(paused >= due, "{paused} {due}");
            due = paused;
        }
        let longest: TimeDelta = pauses.iter().map(|pause| pause.until - pause.from).sum();
        let undisturbed = deadline(start, limit, &CALENDAR);
        prop_assert!(elapsed(undisturbed, due, unit, &CALENDAR) <= longest, "time was gained");
    }

    #[test]
    fn a_share_is_due_before_the_whole_and_grows_with_it(
        start in start(), amount in 1_u32..40, share in share(), unit in prop::sample::select(&UNITS), later in 0_i64..90_000,
    ) {
        let limit = Limit::new(amount, unit);
        let due = share_deadline(start, limit, share, &[], &CALENDAR);
        prop_assert!(due >= start && due <= deadline(start, limit, &CALENDAR).max(start + TimeDelta::days(40)));
        prop_assert!(share_warn_at(start, limit, share, &[], &CALENDAR) <= due);
        let more = share_deadline(start, Limit::new(amount + 1, unit), share, &[], &CALENDAR);
        prop_assert!(more >= due);
        if unit != Unit::WorkDay {
            let moved = share_deadline(start + TimeDelta::seconds(later), limit, share, &[], &CALENDAR);
            prop_assert!(moved >= due);
        }
        let pause = [Pause { from: start, until: start + TimeDelta::seconds(later) }];
        prop_assert!(share_deadline(start, limit, share, &pause, &CALENDAR) >= due);
    }
}
