//! Periods: each cycle parts time without gap and overlap, also where years, months and weeks end.

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
    use jiekou_core::period::{Cycle, Period};
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn moment(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn each_day_lies_in_the_period_that_the_calendar_says() {
        for (cycle, inside, name, first, last) in [
            (Cycle::Day, "2026-11-27", "2026-11-27", "2026-11-27", "2026-11-27"),
            (Cycle::Week, "2026-11-27", "2026-W48", "2026-11-23", "2026-11-29"),
            // The first days of a year may belong to the last week of the one before, and the other way round.
            (Cycle::Week, "2027-01-03", "2026-W53", "2026-12-28", "2027-01-03"),
            (Cycle::Week, "2024-12-30", "2025-W01", "2024-12-30", "2025-01-05"),
            (Cycle::TenDays, "2026-11-10", "2026-11上旬", "2026-11-01", "2026-11-10"),
            (Cycle::TenDays, "2026-11-11", "2026-11中旬", "2026-11-11", "2026-11-20"),
            (Cycle::TenDays, "2026-10-31", "2026-10下旬", "2026-10-21", "2026-10-31"),
            (Cycle::TenDays, "2026-02-28", "2026-02下旬", "2026-02-21", "2026-02-28"),
            (Cycle::TenDays, "2028-02-29", "2028-02下旬", "2028-02-21", "2028-02-29"),
            (Cycle::HalfMonth, "2026-11-15", "2026-11上半月", "2026-11-01", "2026-11-15"),
            (Cycle::HalfMonth, "2026-11-16", "2026-11下半月", "2026-11-16", "2026-11-30"),
            (Cycle::HalfMonth, "2026-12-31", "2026-12下半月", "2026-12-16", "2026-12-31"),
            (Cycle::Month, "2026-12-31", "2026-12", "2026-12-01", "2026-12-31"),
            (Cycle::Quarter, "2026-12-31", "2026-Q4", "2026-10-01", "2026-12-31"),
            (Cycle::Quarter, "2027-01-01", "2027-Q1", "2027-01-01", "2027-03-31"),
            (Cycle::Year, "2026-12-31", "2026", "2026-01-01", "2026-12-31"),
        ] {
            let period = Period::of(cycle, day(inside));
            assert_eq!(period.to_string(), name);
            assert_eq!((period.first_day(), period.last_day()), (day(first), day(last)), "{name}");
            assert_eq!(name.parse(), Ok(period));
        }
    }

    #[test]
    fn a_period_begins_and_ends_at_midnight_in_beijing() {
        let october = Period::of(Cycle::Month, day("2026-10-05"));
        assert_eq!(october.begins(), moment("2026-10-01T00:00:00+08:00"));
        assert_eq!(october.ends(), moment("2026-11-01T00:00:00+08:00"));
        for (at, month) in [
            ("2026-09-30T15:59:59Z", "2026-09"),
            ("2026-09-30T16:00:00Z", "2026-10"),
            ("2026-10-31T15:59:59.999999Z", "2026-10"),
            ("2026-10-31T16:00:00Z", "2026-11"),
        ] {
            assert_eq!(Period::at(Cycle::Month, moment(at)).to_string(), month, "{at}");
        }
        let before_end = october.ends() - TimeDelta::microseconds(1);
        assert_eq!((october.is_over(before_end), october.is_over(october.ends())), (false, true));
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in [
            "",
            "2026-13",
            "2026-00",
            "2026-2",
            "2026-W54",
            "2025-W53",
            "2026-W1",
            "2026-Q5",
            "2026-Q0",
            "26",
            "2026-02-30",
            "2026-11-1",
            "2026-11月",
            "2026-11上",
            "2026-11-01上旬",
            " 2026",
            "+2026",
            "2026-上旬",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_month_has_three_parts_of_ten_days_and_its_own_mondays() {
        let names = |period: &str, cycle| -> Vec<String> {
            period.parse::<Period>().unwrap().parts(cycle).map(|part| part.to_string()).collect()
        };
        assert_eq!(names("2026-02", Cycle::TenDays), ["2026-02上旬", "2026-02中旬", "2026-02下旬"]);
        assert_eq!(
            names("2026-11", Cycle::Week),
            ["2026-W45", "2026-W46", "2026-W47", "2026-W48", "2026-W49"]
        );
        assert_eq!(names("2026", Cycle::Quarter), ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]);
        assert_eq!(names("2026-Q4", Cycle::HalfMonth).len(), 6);
        assert_eq!(names("2028", Cycle::Day).len(), 366);
    }

    fn cycles() -> impl Strategy<Value = Cycle> {
        prop::sample::select(Cycle::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn every_instant_lies_in_exactly_one_period_of_each_cycle(
            cycle in cycles(), seconds in -2_000_000_000_i64..8_000_000_000, micros in 0_i64..1_000_000,
        ) {
            let at = DateTime::from_timestamp(seconds, 0).unwrap() + TimeDelta::microseconds(micros);
            let period = Period::at(cycle, at);
            prop_assert!(period.contains(at));
            prop_assert!(!period.next().contains(at) && !period.previous().contains(at));
            prop_assert!(period.begins() < period.ends());
        }

        #[test]
        fn periods_follow_each_other_without_gap_or_overlap(cycle in cycles(), days in -20_000_i64..60_000) {
            let inside = day("1970-01-01") + TimeDelta::days(days);
            let period = Period::of(cycle, inside);
            prop_assert_eq!(period.next().begins(), period.ends());
            prop_assert_eq!(period.next().previous(), period);
            prop_assert_eq!(period.previous().next(), period);
            prop_assert!(period.first_day() <= inside && inside <= period.last_day());
            for every in [period.first_day(), period.last_day()] {
                prop_assert_eq!(Period::of(cycle, every), period);
            }
            prop_assert_eq!(i64::from(period.days()), (period.ends() - period.begins()).num_days());
        }

        #[test]
        fn a_name_leads_back_to_its_period(cycle in cycles(), days in -20_000_i64..60_000) {
            let period = Period::of(cycle, day("1970-01-01") + TimeDelta::days(days));
            prop_assert_eq!(period.to_string().parse(), Ok(period));
            let written = serde_json::to_string(&period).unwrap();
            prop_assert_eq!(serde_json::from_str::<Period>(&written).unwrap(), period);
        }

        #[test]
        fn the_parts_of_a_period_are_the_whole_of_it(days in 0_i64..60_000) {
            let inside = day("1970-01-01") + TimeDelta::days(days);
            // A week crosses the ends of months, so no longer period consists of weeks.
            for (whole, part) in [
                (Cycle::Week, Cycle::Day), (Cycle::TenDays, Cycle::Day), (Cycle::Month, Cycle::TenDays),
                (Cycle::Month, Cycle::HalfMonth), (Cycle::Quarter, Cycle::Month), (Cycle::Year, Cycle::Quarter),
                (Cycle::Year, Cycle::TenDays),
            ] {
                let whole = Period::of(whole, inside);
                let parts: Vec<Period> = whole.parts(part).collect();
                prop_assert_eq!(parts[0].begins(), whole.begins());
                prop_assert_eq!(parts[parts.len() - 1].ends(), whole.ends());
                prop_assert!(parts.windows(2).all(|two| two[0].ends() == two[1].begins()));
                prop_assert!(parts.iter().all(|part| whole.covers(*part)));
                prop_assert_eq!(parts.iter().map(|part| part.days()).sum::<u32>(), whole.days());
            }
        }
    }
}
