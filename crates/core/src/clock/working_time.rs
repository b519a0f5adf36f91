//! How a unit's clock runs: always, or only inside the windows of working days.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::calendar::Calendar;
use super::limit::Unit;
use super::local::{at, instant, local};

/// How far a search through the calendar goes: a century. A limit beyond it is a mistake in a rulebook and is due at
/// the last opening within it.
const HORIZON_DAYS: usize = 36_525;

/// The time that counts between two instants on the unit's clock; zero when `end` is not after `start`.
///
/// For [`Unit::WorkHour`] and [`Unit::WorkDay`] that is the time inside working hours, at most of a century, for the
/// other units all of it.
pub fn elapsed(start: DateTime<Utc>, end: DateTime<Utc>, unit: Unit, calendar: &Calendar) -> TimeDelta {
    if end <= start {
        return TimeDelta::zero();
    }
    if !unit.is_working_time() {
        return end - start;
    }
    let end = local(end);
    working_windows(local(start), calendar)
        .take_while(|&(open, _)| open < end)
        .fold(TimeDelta::zero(), |sum, (open, close)| sum + (close.min(end) - open))
}

/// The first instant at which `amount` has elapsed since `start` on the unit's clock.
///
/// Nothing elapses outside working hours: with an amount of zero the answer is `start` moved to the next opening.
pub(super) fn advance(
    start: DateTime<Utc>,
    amount: TimeDelta,
    unit: Unit,
    calendar: &Calendar,
) -> DateTime<Utc> {
    if !unit.is_working_time() {
        return start.checked_add_signed(amount).unwrap_or(DateTime::<Utc>::MAX_UTC);
    }
    let (mut left, mut last_open) = (amount, local(start));
    for (open, close) in working_windows(local(start), calendar) {
        if left <= close - open {
            return instant(open + left);
        }
        left -= close - open;
        last_open = open;
    }
    instant(last_open)
}

/// Working days after `date` itself, in order.
pub(super) fn working_days_after(date: NaiveDate, calendar: &Calendar) -> impl Iterator<Item = NaiveDate> {
    date.iter_days().skip(1).take(HORIZON_DAYS).filter(|&day| calendar.is_working_day(day))
}

/// The stretches of working time from `start` on; the first one is cut where `start` falls into it.
fn working_windows(
    start: NaiveDateTime,
    calendar: &Calendar,
) -> impl Iterator<Item = (NaiveDateTime, NaiveDateTime)> {
    let days = start.date().iter_days().take(HORIZON_DAYS).filter(|&day| calendar.is_working_day(day));
    days.flat_map(|day| calendar.working_hours().iter().map(move |window| (day, window)))
        .map(|(day, window)| (at(day, window.from.since_midnight()), at(day, window.to.since_midnight())))
        .filter(move |&(_, close)| close > start)
        .map(move |(open, close)| (open.max(start), close))
}
