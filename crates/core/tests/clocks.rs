//! Clocks over the calendar that ships with 二七区.

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
    use jiekou_core::clock::local::{instant, local};
    use jiekou_core::clock::{
        Calendar, Limit, Pause, Unit, WorkDayMode, deadline, deadline_with_pauses, elapsed, warn_at,
    };
    use proptest::prelude::*;

    const ERQI: &str = include_str!("../../../rulebooks/erqi/calendar.yaml");

    fn erqi() -> Calendar {
        serde_yaml_ng::from_str(ERQI).unwrap()
    }

    fn end_of_day() -> Calendar {
        serde_yaml_ng::from_str(&ERQI.replace("workDayMode: sameTime", "workDayMode: endOfDay")).unwrap()
    }

    /// Wall clock time of UTC+8.
    fn at(text: &str) -> DateTime<Utc> {
        instant(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
    }

    fn pause(from: &str, until: &str) -> Pause {
        Pause { from: at(from), until: at(until) }
    }

    #[test]
    fn deadlines_follow_the_calendar() {
        let calendar = erqi();
        for (start, amount, unit, due) in [
            ("2026-07-31 10:00", 10, Unit::Minute, "2026-07-31 10:10"),
            ("2026-07-31 23:00", 2, Unit::UrgentHour, "2026-08-01 01:00"),
            ("2026-07-31 10:00", 7, Unit::NaturalDay, "2026-08-07 10:00"),
            // Friday 17:30: half an hour on Friday, one and a half on Monday.
            ("2026-07-31 17:30", 2, Unit::WorkHour, "2026-08-03 09:30"),
            ("2026-07-31 10:00", 2, Unit::WorkHour, "2026-07-31 12:00"),
            ("2026-07-31 10:01", 2, Unit::WorkHour, "2026-07-31 14:01"),
            ("2026-07-31 12:30", 4, Unit::WorkHour, "2026-07-31 18:00"),
            ("2026-08-01 03:00", 1, Unit::WorkHour, "2026-08-03 09:00"),
            ("2026-08-01 03:00", 0, Unit::WorkHour, "2026-08-03 08:00"),
            ("2026-07-31 17:30", 1, Unit::WorkDay, "2026-08-03 17:30"),
            ("2026-07-31 06:00", 1, Unit::WorkDay, "2026-08-03 08:00"),
            ("2026-07-31 13:00", 1, Unit::WorkDay, "2026-08-03 14:00"),
            ("2026-07-31 20:00", 1, Unit::WorkDay, "2026-08-03 18:00"),
            ("2026-08-01 09:00", 1, Unit::WorkDay, "2026-08-03 18:00"),
            // Spring festival 2025 with the working Sunday before and the working Saturday after.
            ("2025-01-24 17:00", 2, Unit::WorkHour, "2025-01-26 09:00"),
            ("2025-01-27 17:00", 2, Unit::WorkHour, "2025-02-05 09:00"),
            ("2025-01-27 17:00", 4, Unit::WorkDay, "2025-02-08 17:00"),
            ("2025-01-27 17:00", 5, Unit::WorkDay, "2025-02-10 17:00"),
            ("2025-01-27 17:00", 24, Unit::UrgentHour, "2025-01-28 17:00"),
            // Spring festival 2026: 14 and 28 February are working Saturdays.
            ("2026-02-13 17:00", 10, Unit::WorkHour, "2026-02-24 09:00"),
            ("2026-02-24 10:00", 4, Unit::WorkDay, "2026-02-28 10:00"),
            ("2024-09-30 17:00", 5, Unit::WorkDay, "2024-10-12 17:00"),
            // No table for 2027 yet: New Year counts as the Friday it is.
            ("2026-12-31 17:00", 2, Unit::WorkHour, "2027-01-01 09:00"),
        ] {
            let due_at = deadline(at(start), Limit::new(amount, unit), &calendar);
            assert_eq!(due_at, at(due), "{start} + {amount} {unit}: {}", local(due_at));
        }
    }

    #[test]
    fn working_days_can_end_at_closing_time() {
        let calendar = end_of_day();
        assert_eq!(calendar.work_day_mode(), WorkDayMode::EndOfDay);
        for start in ["2026-07-31 06:00", "2026-07-31 10:00", "2026-07-31 20:00", "2026-08-02 10:00"] {
            let limit = Limit::new(1, Unit::WorkDay);
            assert_eq!(deadline(at(start), limit, &calendar), at("2026-08-03 18:00"), "{start}");
            // An hour lost is an hour, and buys no day.
            let lost = [pause("2026-08-03 09:00", "2026-08-03 10:00")];
            assert_eq!(deadline_with_pauses(at(start), limit, &lost, &calendar), at("2026-08-04 09:00"));
        }
    }

    #[test]
    fn pauses_cost_what_they_take_of_the_units_own_time() {
        let calendar = erqi();
        let overnight = pause("2026-07-30 18:00", "2026-07-31 08:00");
        for (unit, amount, pauses, due) in [
            (Unit::WorkHour, 4, vec![overnight], "2026-07-31 10:00"),
            (Unit::WorkDay, 1, vec![overnight], "2026-07-31 16:00"),
            (Unit::UrgentHour, 4, vec![overnight], "2026-07-31 10:00"),
            (Unit::WorkHour, 4, vec![pause("2026-07-30 17:00", "2026-07-31 09:00")], "2026-07-31 12:00"),
            (Unit::WorkDay, 1, vec![pause("2026-07-30 17:00", "2026-07-31 09:00")], "2026-07-31 18:00"),
            // Overlapping, out of order, before the start, backwards, and too late to matter.
            (
                Unit::WorkHour,
                2,
                vec![
                    pause("2026-07-31 08:30", "2026-07-31 09:00"),
                    pause("2026-07-30 16:30", "2026-07-30 17:30"),
                    pause("2026-07-30 15:00", "2026-07-30 17:00"),
                    pause("2026-07-30 17:45", "2026-07-30 17:30"),
                    pause("2026-07-31 11:00", "2026-07-31 12:00"),
                ],
                "2026-07-31 10:00",
            ),
        ] {
            let due_at =
                deadline_with_pauses(at("2026-07-30 16:00"), Limit::new(amount, unit), &pauses, &calendar);
            assert_eq!(due_at, at(due), "{amount} {unit}, {pauses:?}: {}", local(due_at));
        }
    }

    #[test]
    fn absurd_limits_end_somewhere() {
        for unit in UNITS {
            for calendar in [erqi(), end_of_day()] {
                let limit = Limit::new(u32::MAX, unit);
                assert!(deadline(at("2026-07-31 10:00"), limit, &calendar) > at("2100-01-01 00:00"));
                assert!(warn_at(DateTime::<Utc>::MAX_UTC, limit, &[], &calendar) <= DateTime::<Utc>::MAX_UTC);
                deadline(DateTime::<Utc>::MIN_UTC, limit, &calendar);
            }
        }
    }

    const UNITS: [Unit; 5] =
        [Unit::Minute, Unit::UrgentHour, Unit::WorkHour, Unit::WorkDay, Unit::NaturalDay];

    prop_compose! {
        /// Any second of 2024 to 2027.
        fn start()(seconds in 0_i64..126_230_400) -> DateTime<Utc> {
            at("2024-01-01 00:00") + TimeDelta::seconds(seconds)
        }
    }

    proptest! {
        #[test]
        fn later_starts_and_longer_limits_are_due_later(
            start in start(), later in 0_i64..400_000, amount in 0_u32..60, more in 0_u32..9,
            unit in prop::sample::select(&UNITS), to_closing: bool,
        ) {
            let calendar = if to_closing { end_of_day() } else { erqi() };
            let due = deadline(start, Limit::new(amount, unit), &calendar);
            prop_assert!(due >= start);
            prop_assert!(deadline(start + TimeDelta::seconds(later), Limit::new(amount, unit), &calendar) >= due);
            prop_assert!(deadline(start, Limit::new(amount + more, unit), &calendar) >= due);
            prop_assert!(warn_at(start, Limit::new(amount, unit), &[], &calendar) <= due);
            if unit.is_working_time() {
                let wall = local(due);
                let open = |from: &str, to: &str| {
                    (from.parse().unwrap()..=to.parse().unwrap()).contains(&wall.time())
                };
                prop_assert!(calendar.is_working_day(wall.date()), "{wall}");
                prop_assert!(open("08:00:00", "12:00:00") || open("14:00:00", "18:00:00"), "{wall}");
            }
        }

        #[test]
        fn a_limit_is_used_up_exactly_when_due(start in start(), amount in 0_u32..200) {
            for unit in UNITS {
                let limit = Limit::new(amount, unit);
                let used = elapsed(start, deadline(start, limit, &erqi()), unit, &erqi());
                prop_assert!(limit.duration().is_none_or(|duration| duration == used), "{unit}: {used}");
            }
        }

        #[test]
        fn a_pause_moves_the_deadline_by_what_it_takes(
            start in start(), amount in 1_u32..60, after in 0_i64..200_000, length in 0_i64..200_000,
        ) {
            let calendar = erqi();
            let from = start + TimeDelta::seconds(after);
            let pause = Pause { from, until: from + TimeDelta::seconds(length) };
            for unit in UNITS {
                let limit = Limit::new(amount, unit);
                let (due, moved) = (
                    deadline(start, limit, &calendar),
                    deadline_with_pauses(start, limit, &[pause], &calendar),
                );
                let lost = if from < due { elapsed(from, pause.until, unit, &calendar) } else { TimeDelta::zero() };
                prop_assert_eq!(elapsed(due, moved, unit, &calendar), lost);
                prop_assert!(warn_at(start, limit, &[pause], &calendar) <= moved);
            }
        }
    }
}
