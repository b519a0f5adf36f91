//! The moments of a line, and whether they can be true.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::headings::Row;
use super::{Cell, CellFault, Column};
use crate::clock::local::{at, instant, local};
use crate::clock::{Written, written};

/// A case older than ten years is a mistyped year.
const LONGEST_AGO: Duration = Duration::days(3_653);

/// When what happened to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Times {
    pub opened_at: DateTime<Utc>,
    pub dispatched_at: Option<DateTime<Utc>>,
    pub since: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub suspended_until: Option<NaiveDate>,
}

/// Reads the moments of a line.
///
/// # Errors
/// Every one that is none, lies in the future, or before the one it follows.
pub(super) fn times(row: &Row<'_>, now: DateTime<Utc>) -> Result<Times, Vec<CellFault>> {
    let mut faults = Vec::new();
    let mut read = |column| of(row, column).map_err(|fault| faults.push(fault)).ok().flatten();
    let reported = read(Column::ReportedAt);
    let registered = read(Column::RegisteredAt);
    let dispatched = read(Column::DispatchedAt);
    let due = read(Column::DueAt);
    let suspended = read(Column::SuspendedUntil);
    let Some((first, opened)) =
        reported.map(|it| (Column::ReportedAt, it)).or(registered.map(|it| (Column::RegisteredAt, it)))
    else {
        if faults.is_empty() {
            faults.push(row.fault(Column::ReportedAt, "it is empty: when was the case reported?"));
        }
        return Err(faults);
    };
    let opened_at = begin(opened, None);
    let registered_at = registered.map(|it| begin(it, Some(opened_at)));
    let dispatched_at = dispatched.map(|it| begin(it, Some(opened_at)));
    let due_at = due.map(end);
    if opened_at < now - LONGEST_AGO {
        faults.push(row.fault(first, "it is more than ten years ago: is the year right?"));
    }
    let past = [
        (first, Some(opened_at)),
        (Column::RegisteredAt, registered_at),
        (Column::DispatchedAt, dispatched_at),
    ];
    let future = past.into_iter().filter(|(_, it)| it.is_some_and(|it| it > now));
    faults.extend(future.map(|(column, _)| row.fault(column, "it lies in the future")));
    let later = [
        (Column::RegisteredAt, registered_at),
        (Column::DispatchedAt, dispatched_at),
        (Column::DueAt, due_at),
    ];
    let too_early = later.into_iter().filter(|(_, it)| it.is_some_and(|it| it < opened_at));
    faults.extend(too_early.map(|(column, _)| {
        let words =
            format!("it lies before the case was reported ({})", local(opened_at).format("%Y-%m-%d %H:%M"));
        row.fault(column, words)
    }));
    if !faults.is_empty() {
        return Err(faults);
    }
    let since = dispatched_at.into_iter().chain(registered_at).fold(opened_at, DateTime::max);
    let suspended_until = suspended.map(|it| match it {
        Written::Day(day) => day,
        Written::Moment(moment) => local(moment).date(),
    });
    Ok(Times { opened_at, dispatched_at, since, due_at, suspended_until })
}

fn of(row: &Row<'_>, column: Column) -> Result<Option<Written>, CellFault> {
    let cell = row.cell(column);
    let read = match cell.as_ref() {
        // A spreadsheet knows no day without a time.
        Cell::Moment(moment) if moment.time() == NaiveTime::MIN => Some(Written::Day(moment.date())),
        Cell::Moment(moment) => Some(Written::Moment(instant(*moment))),
        cell => match cell.text() {
            None => return Ok(None),
            Some(text) => written(&text),
        },
    };
    let fault = || {
        let text = cell.text().unwrap_or_default();
        row.fault(column, format!("`{text}` is no moment: write 2026-11-01 08:30, or 2026-11-01"))
    };
    read.map(Some).ok_or_else(fault)
}

/// A day begins at midnight; the day that the case was reported on, when it was reported.
fn begin(written: Written, opened_at: Option<DateTime<Utc>>) -> DateTime<Utc> {
    match written {
        Written::Moment(moment) => moment,
        Written::Day(day) => {
            let midnight = instant(at(day, TimeDelta::zero()));
            opened_at.filter(|opened_at| local(*opened_at).date() == day).unwrap_or(midnight)
        }
    }
}

/// A day that something is due on is over at its end.
fn end(written: Written) -> DateTime<Utc> {
    match written {
        Written::Moment(moment) => moment,
        Written::Day(day) => instant(at(day, TimeDelta::days(1))),
    }
}
