//! Deadline arithmetic (domain.md §5.2).

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::calendar::{Calendar, WorkDayMode};
use super::limit::{Limit, Unit};
use super::local::{at, instant, local};
use super::pause::{Pause, postpone};
use super::working_time::{advance, elapsed, working_days_after};

/// By when a duty that began at `start` is due. Being done at that very instant is on time.
///
/// * Minutes, urgent hours and natural days run through.
/// * Work hours consume the windows of working days; outside one they wait for the next. A limit that is used up
///   exactly at closing time is due at closing time.
/// * `n` working days end on the `n`-th working day after the date of `start`, at the same time of day moved into
///   working hours (before opening and over noon to the next opening, after hours to closing time), or at closing
///   time by [`WorkDayMode::EndOfDay`]. The day of the start is not counted. A start on a day off counts as after
///   hours of the working day before it.
/// * A working unit with amount zero is due at once, at the next opening.
pub fn deadline(start: DateTime<Utc>, limit: Limit, calendar: &Calendar) -> DateTime<Utc> {
    deadline_with_pauses(start, limit, &[], calendar)
}

/// As [`deadline`], with `pauses` subtracted in the unit's own clock: a pause overnight costs a work hour nothing.
///
/// A limit of working days moves by the working time lost and by no more, also under [`WorkDayMode::EndOfDay`]: a short
/// pause buys no day. An instant reached before or as a pause begins is not moved by it.
pub fn deadline_with_pauses(
    start: DateTime<Utc>,
    limit: Limit,
    pauses: &[Pause],
    calendar: &Calendar,
) -> DateTime<Utc> {
    match limit.duration() {
        Some(duration) => postpone(start, pauses, limit.unit, calendar, |lost| {
            advance(start, duration.checked_add(&lost).unwrap_or(duration), limit.unit, calendar)
        }),
        None => {
            let undisturbed = after_working_days(start, limit.amount, calendar);
            postpone(start, pauses, limit.unit, calendar, |lost| work_lost(undisturbed, lost, calendar))
        }
    }
}

/// From when on at most a fifth of the limit is left (domain.md §5.2 `warn`), by the unit's own clock and with the
/// same pauses as [`deadline_with_pauses`].
pub fn warn_at(start: DateTime<Utc>, limit: Limit, pauses: &[Pause], calendar: &Calendar) -> DateTime<Utc> {
    let total = elapsed(start, deadline(start, limit, calendar), limit.unit, calendar);
    let before = total - total / 5;
    postpone(start, pauses, limit.unit, calendar, |lost| advance(start, before + lost, limit.unit, calendar))
}

fn after_working_days(start: DateTime<Utc>, amount: u32, calendar: &Calendar) -> DateTime<Utc> {
    let begun = local(start);
    let Some(skipped) = amount.checked_sub(1) else {
        return advance(start, TimeDelta::zero(), Unit::WorkDay, calendar);
    };
    let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
    let Some(last) = working_days_after(begun.date(), calendar).nth(skipped) else {
        return advance(start, TimeDelta::MAX, Unit::WorkDay, calendar);
    };
    let same_time =
        calendar.work_day_mode() == WorkDayMode::SameTime && calendar.is_working_day(begun.date());
    let wanted = if same_time { begun.time() - NaiveTime::MIN } else { TimeDelta::MAX };
    instant(into_working_hours(last, wanted, calendar))
}

/// The time of day `wanted` on `date` if it is worked, else the next opening of the day, else its closing time.
fn into_working_hours(date: NaiveDate, wanted: TimeDelta, calendar: &Calendar) -> NaiveDateTime {
    let windows = calendar.working_hours();
    let closing = windows.last().map_or(TimeDelta::zero(), |window| window.to.since_midnight());
    let open = windows.iter().find(|window| wanted <= window.to.since_midnight());
    at(date, open.map_or(closing, |window| wanted.max(window.from.since_midnight())))
}

fn work_lost(due: DateTime<Utc>, lost: TimeDelta, calendar: &Calendar) -> DateTime<Utc> {
    if lost.is_zero() { due } else { advance(due, lost, Unit::WorkDay, calendar) }
}
