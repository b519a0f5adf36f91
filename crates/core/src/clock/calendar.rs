//! Which days are worked, and when: the table that changes every year.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::time_of_day::Window;

/// Working hours and the years published so far; `calendar.yaml` of a rulebook.
///
/// A year that is not listed falls back to Monday to Friday: see [`Calendar::covers`]. Dates are those of UTC+8.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Unchecked")]
pub struct Calendar {
    years: BTreeMap<i32, CalendarYear>,
    working_hours: Vec<Window>,
    work_day_mode: WorkDayMode,
}

/// What one year has besides Mondays to Fridays that are worked and weekends that are not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CalendarYear {
    /// Days off, statutory and swapped (法定节假日); weekends inside a holiday may be listed too.
    #[serde(default)]
    pub holidays: BTreeSet<NaiveDate>,
    /// Saturdays and Sundays that are worked (调休).
    #[serde(default)]
    pub makeup_workdays: BTreeSet<NaiveDate>,
}

/// When a limit of working days ends on its last day (domain.md §5.2 `work_day_mode`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WorkDayMode {
    /// At the time of day at which it began, moved into working hours.
    #[default]
    SameTime,
    /// At the end of working hours.
    EndOfDay,
}

/// What a date is in the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayType {
    Workday,
    /// Not worked: a statutory holiday or an ordinary weekend.
    Holiday,
    /// A weekend day that is worked (调休).
    MakeupWorkday,
}

/// Why a calendar was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("workingHours is empty")]
    NoWorkingHours,
    #[error("the working hours {from} to {to} end before they begin or before the window ahead of them ends")]
    WindowOrder { from: String, to: String },
    #[error("{date} is listed under {year}")]
    WrongYear { year: i32, date: NaiveDate },
    #[error("{0} is listed as holiday and as makeup workday")]
    Contradiction(NaiveDate),
    #[error("the makeup workday {0} is a {day}, which is worked anyway", day = .0.weekday())]
    MakeupOnWeekday(NaiveDate),
}

impl Calendar {
    /// A calendar of these parts; windows in ascending order.
    ///
    /// # Errors
    /// The first fault found, as [`CalendarError`].
    pub fn new(
        years: BTreeMap<i32, CalendarYear>,
        working_hours: Vec<Window>,
        work_day_mode: WorkDayMode,
    ) -> Result<Self, CalendarError> {
        check_windows(&working_hours)?;
        years.iter().try_for_each(|(&year, table)| check_year(year, table))?;
        Ok(Self { years, working_hours, work_day_mode })
    }

    /// Whether the holidays of `year` are known. The answer `false` belongs into the log and on the duty desk:
    /// deadlines of that year ignore holidays until the table is there.
    pub fn covers(&self, year: i32) -> bool {
        self.years.contains_key(&year)
    }

    /// What `date` is, by the year's table and without one by the day of the week.
    pub fn day_type(&self, date: NaiveDate) -> DayType {
        let table = self.years.get(&date.year());
        if table.is_some_and(|table| table.holidays.contains(&date)) {
            DayType::Holiday
        } else if table.is_some_and(|table| table.makeup_workdays.contains(&date)) {
            DayType::MakeupWorkday
        } else if is_weekend(date) {
            DayType::Holiday
        } else {
            DayType::Workday
        }
    }

    /// Whether `date` has working hours.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.day_type(date) != DayType::Holiday
    }

    /// The windows of every working day, ascending, never empty and not overlapping.
    pub fn working_hours(&self) -> &[Window] {
        &self.working_hours
    }

    /// When a limit of working days ends on its last day.
    pub const fn work_day_mode(&self) -> WorkDayMode {
        self.work_day_mode
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Unchecked {
    years: BTreeMap<i32, CalendarYear>,
    working_hours: Vec<Window>,
    #[serde(default)]
    work_day_mode: WorkDayMode,
}

impl TryFrom<Unchecked> for Calendar {
    type Error = CalendarError;

    fn try_from(parts: Unchecked) -> Result<Self, Self::Error> {
        Self::new(parts.years, parts.working_hours, parts.work_day_mode)
    }
}

fn check_windows(windows: &[Window]) -> Result<(), CalendarError> {
    if windows.is_empty() {
        return Err(CalendarError::NoWorkingHours);
    }
    let ends = std::iter::once(None).chain(windows.iter().map(|window| Some(window.to)));
    match windows
        .iter()
        .zip(ends)
        .find(|(window, before)| window.from >= window.to || *before > Some(window.from))
    {
        Some((window, _)) => {
            Err(CalendarError::WindowOrder { from: window.from.to_string(), to: window.to.to_string() })
        }
        None => Ok(()),
    }
}

fn check_year(year: i32, table: &CalendarYear) -> Result<(), CalendarError> {
    if let Some(&date) = table.holidays.iter().chain(&table.makeup_workdays).find(|date| date.year() != year)
    {
        return Err(CalendarError::WrongYear { year, date });
    }
    if let Some(&date) = table.holidays.intersection(&table.makeup_workdays).next() {
        return Err(CalendarError::Contradiction(date));
    }
    match table.makeup_workdays.iter().find(|&&date| !is_weekend(date)) {
        Some(&date) => Err(CalendarError::MakeupOnWeekday(date)),
        None => Ok(()),
    }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ERQI: &str = include_str!("../../../../rulebooks/erqi/calendar.yaml");

    #[test]
    fn the_calendar_knows_its_days_and_refuses_slips() {
        let calendar: Calendar = serde_yaml_ng::from_str(ERQI).unwrap();
        let day = |text: &str| calendar.day_type(text.parse::<NaiveDate>().unwrap());
        assert_eq!(day("2025-01-27"), DayType::Workday);
        assert_eq!(day("2025-01-28"), DayType::Holiday);
        assert_eq!(day("2025-02-08"), DayType::MakeupWorkday);
        assert_eq!(day("2025-02-09"), DayType::Holiday);
        assert_eq!(
            (2023..2028).filter(|&year| calendar.covers(year)).collect::<Vec<_>>(),
            [2024, 2025, 2026]
        );
        let written = serde_json::to_string(&calendar).unwrap();
        assert_eq!(serde_json::from_str::<Calendar>(&written).unwrap(), calendar);
        for (right, wrong, complaint) in [
            ("2025-02-08", "2025-02-10", "worked anyway"),
            ("2025-02-08", "2025-02-01", "as holiday and as makeup"),
            ("2025-02-08", "2026-02-08", "listed under 2025"),
            ("14:00", "11:00", "before the window ahead"),
            ("18:00", "14:00", "end before they begin"),
            ("18:00", "24:01", "not a time of day"),
            ("workDayMode", "workdayMode", "unknown field"),
        ] {
            let error =
                serde_yaml_ng::from_str::<Calendar>(&ERQI.replace(right, wrong)).unwrap_err().to_string();
            assert!(error.contains(complaint), "{error}");
        }
    }
}
