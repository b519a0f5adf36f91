//! Names of periods: `2026-11-27`, `2026-W48`, `2026-11下旬`, `2026-11下半月`, `2026-11`, `2026-Q4`, `2026`.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::{Cycle, Period};

/// The three 旬 of a month with their first days.
const TEN_DAYS: [(&str, u32); 3] = [("上旬", 1), ("中旬", 11), ("下旬", 21)];
/// The two halves of a month with their first days.
const HALVES: [(&str, u32); 2] = [("上半月", 1), ("下半月", 16)];

/// The text names no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no period: write 2026-11-27, 2026-W48, 2026-11上旬, 2026-11上半月, 2026-11, 2026-Q4 or 2026"
)]
pub struct PeriodError(String);

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.first_day();
        let (year, month) = (day.year(), day.month());
        let part_of_month = |f: &mut fmt::Formatter<'_>, parts: &[(&str, u32)]| {
            let part = parts.iter().rfind(|(_, first)| *first <= day.day());
            write!(f, "{year:04}-{month:02}{}", part.map_or("", |(name, _)| name))
        };
        match self.cycle() {
            Cycle::Day => write!(f, "{day}"),
            Cycle::Week => write!(f, "{:04}-W{:02}", day.iso_week().year(), day.iso_week().week()),
            Cycle::TenDays => part_of_month(f, &TEN_DAYS),
            Cycle::HalfMonth => part_of_month(f, &HALVES),
            Cycle::Month => write!(f, "{year:04}-{month:02}"),
            Cycle::Quarter => write!(f, "{year:04}-Q{}", day.month0() / 3 + 1),
            Cycle::Year => write!(f, "{year:04}"),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Whatever is read is written the same again: one period has one name.
        read(text).filter(|period| period.to_string() == text).ok_or_else(|| PeriodError(text.to_owned()))
    }
}

fn read(text: &str) -> Option<Period> {
    let Some((year, rest)) = text.split_once('-') else {
        return Some(Period::of(Cycle::Year, NaiveDate::from_ymd_opt(text.parse().ok()?, 1, 1)?));
    };
    let year: i32 = year.parse().ok()?;
    let in_month = |month: &str, day: u32| NaiveDate::from_ymd_opt(year, month.parse().ok()?, day);
    if let Some(week) = rest.strip_prefix('W') {
        let day = NaiveDate::from_isoywd_opt(year, week.parse().ok()?, Weekday::Mon)?;
        return Some(Period::of(Cycle::Week, day));
    }
    if let Some(quarter) = rest.strip_prefix('Q') {
        let quarter: u32 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
        return Some(Period::of(Cycle::Quarter, NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1)?));
    }
    if let Some((month, day)) = rest.split_once('-') {
        return Some(Period::of(Cycle::Day, in_month(month, day.parse().ok()?)?));
    }
    for (cycle, parts) in [(Cycle::TenDays, &TEN_DAYS[..]), (Cycle::HalfMonth, &HALVES[..])] {
        let named = parts.iter().find_map(|(name, first)| Some((rest.strip_suffix(name)?, *first)));
        if let Some((month, first)) = named {
            return Some(Period::of(cycle, in_month(month, first)?));
        }
    }
    Some(Period::of(Cycle::Month, in_month(rest, 1)?))
}

impl Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
