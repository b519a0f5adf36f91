//! Days that are over and whose work is still to be done.

use chrono::{DateTime, Days, NaiveDate, Utc};
use jiekou_core::clock::TimeOfDay;
use jiekou_core::clock::local::local;
use jiekou_store::work::daily;

use crate::{App, ServiceError};

/// Days that are caught up on at most.
const BACK: u64 = 31;

/// The days whose work is due at `now`, the oldest first: each day's from `at` of the next day on. The first time it is the
/// last one only, and days that were missed longer ago than a month stay missed.
///
/// # Errors
/// Storage.
pub(crate) async fn days_due(
    app: &App,
    work: &str,
    at: TimeOfDay,
    now: DateTime<Utc>,
) -> Result<Vec<NaiveDate>, ServiceError> {
    let last = daily::last(&app.pool, work).await?;
    Ok(between(last, newest(at, now)))
}

/// The last day whose work may be done.
fn newest(at: TimeOfDay, now: DateTime<Utc>) -> NaiveDate {
    let day = local(now - at.since_midnight()).date();
    day.pred_opt().unwrap_or(day)
}

fn between(last: Option<NaiveDate>, newest: NaiveDate) -> Vec<NaiveDate> {
    let earliest = newest.checked_sub_days(Days::new(BACK - 1)).unwrap_or(newest);
    let first = last.map_or(Some(newest), |last| last.succ_opt()).unwrap_or(newest).max(earliest);
    first.iter_days().take_while(|day| *day <= newest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_days_work_is_due_once_the_hour_of_the_next_day_has_come_and_missed_days_are_caught_up_on() {
        let at: TimeOfDay = "08:00".parse().unwrap();
        let moment = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(newest(at, moment("2026-11-27T07:59:59+08:00")), day("2026-11-25"));
        assert_eq!(newest(at, moment("2026-11-27T08:00:00+08:00")), day("2026-11-26"));
        let newest = day("2026-11-26");
        assert_eq!(between(None, newest), [newest], "the first time");
        assert_eq!(between(Some(newest), newest), []);
        assert_eq!(between(Some(day("2026-11-27")), newest), [], "a clock that goes back does nothing twice");
        assert_eq!(between(Some(day("2026-11-24")), newest), [day("2026-11-25"), newest]);
        let away = between(Some(day("2026-06-01")), newest);
        assert_eq!((away.len(), away[0]), (31, day("2026-10-27")));
    }
}
