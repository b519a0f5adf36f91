//! Beijing time: UTC+8 all year, no daylight saving time.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

const OFFSET: TimeDelta = TimeDelta::hours(8);

/// The clock on the wall at `instant`; the end of time stays the end of time.
pub fn local(instant: DateTime<Utc>) -> NaiveDateTime {
    instant.naive_utc().checked_add_signed(OFFSET).unwrap_or(NaiveDateTime::MAX)
}

/// The instant at which the wall clock shows `local`.
pub fn instant(local: NaiveDateTime) -> DateTime<Utc> {
    local.checked_sub_signed(OFFSET).unwrap_or(NaiveDateTime::MIN).and_utc()
}

/// The moment of `date` at which the day is `since_midnight` old; 24 hours are the next midnight.
pub fn at(date: NaiveDate, since_midnight: TimeDelta) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN).checked_add_signed(since_midnight).unwrap_or(NaiveDateTime::MAX)
}
