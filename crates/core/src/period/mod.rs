//! Periods: the stretches of days that plans count, rank, meet and patrol by. The one place where they are computed.
//!
//! A period is whole days of Beijing time. Those of one cycle follow each other without a gap and without an overlap, so
//! that every instant lies in exactly one of them.

mod cycle;
mod name;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};

pub use cycle::Cycle;
pub use name::PeriodError;

use crate::clock::local::{at, instant, local};

/// One stretch of a cycle, such as the second 旬 of a month. Written by its name, as in `2026-11中旬`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    cycle: Cycle,
    first: NaiveDate,
}

impl Period {
    /// The period that the day lies in.
    pub fn of(cycle: Cycle, day: NaiveDate) -> Self {
        let back = |days: u32| day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(day);
        let day_of_month = |first: u32| day.with_day(first).unwrap_or(day);
        let first = match cycle {
            Cycle::Day => day,
            Cycle::Week => back(day.weekday().num_days_from_monday()),
            Cycle::TenDays => day_of_month(match day.day() {
                ..=10 => 1,
                11..=20 => 11,
                _ => 21,
            }),
            Cycle::HalfMonth => day_of_month(if day.day() <= 15 { 1 } else { 16 }),
            Cycle::Month => day_of_month(1),
            Cycle::Quarter => NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1).unwrap_or(day),
            Cycle::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(day),
        };
        Self { cycle, first }
    }

    /// The period that the instant lies in, by Beijing time.
    pub fn at(cycle: Cycle, instant: DateTime<Utc>) -> Self {
        Self::of(cycle, local(instant).date())
    }

    pub fn cycle(self) -> Cycle {
        self.cycle
    }

    pub fn first_day(self) -> NaiveDate {
        self.first
    }

    pub fn last_day(self) -> NaiveDate {
        self.day_after().pred_opt().unwrap_or(self.first)
    }

    /// The first instant of the period.
    pub fn begins(self) -> DateTime<Utc> {
        instant(at(self.first, TimeDelta::zero()))
    }

    /// The first instant after the period, which is the first of the next one.
    pub fn ends(self) -> DateTime<Utc> {
        instant(at(self.day_after(), TimeDelta::zero()))
    }

    pub fn contains(self, instant: DateTime<Utc>) -> bool {
        self.begins() <= instant && instant < self.ends()
    }

    /// Whether every day of `part` is one of its own.
    pub fn covers(self, part: Self) -> bool {
        self.first <= part.first && part.last_day() <= self.last_day()
    }

    /// Whether it is over.
    pub fn is_over(self, now: DateTime<Utc>) -> bool {
        self.ends() <= now
    }

    #[must_use]
    pub fn next(self) -> Self {
        Self { cycle: self.cycle, first: self.day_after() }
    }

    #[must_use]
    pub fn previous(self) -> Self {
        Self::of(self.cycle, self.first.pred_opt().unwrap_or(self.first))
    }

    /// This one, and those after it up to the one that `last` lies in; none when `last` is before it.
    pub fn through(self, last: NaiveDate) -> impl Iterator<Item = Self> {
        let fits = move |period: &Self| period.first <= last;
        let after = move |period: &Self| Some(period.next()).filter(|next| next.first > period.first);
        std::iter::successors(Some(self), after).take_while(fits)
    }

    /// The periods of a shorter cycle that begin in it: its weeks, its 旬, its months. A week belongs to the period that
    /// its Monday lies in.
    pub fn parts(self, cycle: Cycle) -> impl Iterator<Item = Self> {
        let around = Self::of(cycle, self.first);
        let own = if around.first < self.first { around.next() } else { around };
        own.through(self.last_day())
    }

    /// How many days it has.
    pub fn days(self) -> u32 {
        u32::try_from((self.day_after() - self.first).num_days()).unwrap_or(0)
    }

    /// The first day of the next one.
    fn day_after(self) -> NaiveDate {
        let day = self.first;
        let days_on = |days: u64| day.checked_add_days(Days::new(days));
        let months_on = |months: u32| day.with_day(1)?.checked_add_months(Months::new(months));
        let after = match self.cycle {
            Cycle::Day => days_on(1),
            Cycle::Week => days_on(7),
            Cycle::TenDays if day.day() < 21 => days_on(10),
            Cycle::HalfMonth if day.day() == 1 => days_on(15),
            Cycle::TenDays | Cycle::HalfMonth | Cycle::Month => months_on(1),
            Cycle::Quarter => months_on(3),
            Cycle::Year => months_on(12),
        };
        after.unwrap_or(NaiveDate::MAX)
    }
}
