//! A part of a limit, counted in the limit's own unit: a quarter of four working hours is one working hour.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::deadline::deadline;
use super::limit::Limit;
use super::pause::{Pause, postpone};
use super::working_time::{advance, elapsed};

/// A fraction of at most one, written `1/4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Share {
    numerator: u16,
    denominator: u16,
}

/// Why a text is no share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no share: write a fraction between 0 and 1, such as 1/4")]
pub struct ShareError(String);

impl Share {
    /// The whole limit.
    pub const WHOLE: Self = Self { numerator: 1, denominator: 1 };

    /// `numerator / denominator`; `None` unless it is above zero and at most one.
    pub const fn new(numerator: u16, denominator: u16) -> Option<Self> {
        if numerator == 0 || numerator > denominator { None } else { Some(Self { numerator, denominator }) }
    }

    /// This part of a length of time, rounded up to the millisecond: rounding never takes time away.
    pub fn of(self, whole: TimeDelta) -> TimeDelta {
        let (numerator, denominator) = (i64::from(self.numerator), i64::from(self.denominator));
        let parts = whole.num_milliseconds().checked_mul(numerator).unwrap_or(i64::MAX);
        TimeDelta::milliseconds(parts / denominator + i64::from(parts % denominator != 0))
    }

    /// Whether it lies between `low` and `high`, both included.
    pub fn is_within(self, low: Self, high: Self) -> bool {
        let product = |a: u16, b: u16| u32::from(a) * u32::from(b);
        product(low.numerator, self.denominator) <= product(self.numerator, low.denominator)
            && product(self.numerator, high.denominator) <= product(high.numerator, self.denominator)
    }
}

impl FromStr for Share {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('/').and_then(|(numerator, denominator)| {
            Self::new(numerator.trim().parse().ok()?, denominator.trim().parse().ok()?)
        });
        parts.ok_or_else(|| ShareError(text.to_owned()))
    }
}

impl TryFrom<String> for Share {
    type Error = ShareError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Share> for String {
    fn from(share: Share) -> Self {
        share.to_string()
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

/// By when `share` of a duty's limit is used up. A limit of working days is the working time it holds.
pub fn share_deadline(
    start: DateTime<Utc>,
    limit: Limit,
    share: Share,
    pauses: &[Pause],
    calendar: &Calendar,
) -> DateTime<Utc> {
    after(start, limit, share.of(length(start, limit, calendar)), pauses, calendar)
}

/// From when on at most a fifth of that share is left.
pub fn share_warn_at(
    start: DateTime<Utc>,
    limit: Limit,
    share: Share,
    pauses: &[Pause],
    calendar: &Calendar,
) -> DateTime<Utc> {
    let total = share.of(length(start, limit, calendar));
    after(start, limit, total - total / 5, pauses, calendar)
}

fn length(start: DateTime<Utc>, limit: Limit, calendar: &Calendar) -> TimeDelta {
    limit.duration().unwrap_or_else(|| elapsed(start, deadline(start, limit, calendar), limit.unit, calendar))
}

fn after(
    start: DateTime<Utc>,
    limit: Limit,
    amount: TimeDelta,
    pauses: &[Pause],
    calendar: &Calendar,
) -> DateTime<Utc> {
    postpone(start, pauses, limit.unit, calendar, |lost| {
        advance(start, amount.checked_add(&lost).unwrap_or(amount), limit.unit, calendar)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_fraction_between_zero_and_one() {
        let share: Share = serde_json::from_str("\"1/4\"").unwrap();
        assert_eq!(serde_json::to_string(&share).unwrap(), "\"1/4\"");
        assert_eq!(share.of(TimeDelta::hours(4)), TimeDelta::hours(1));
        assert_eq!(Share::new(1, 3).unwrap().of(TimeDelta::milliseconds(10)), TimeDelta::milliseconds(4));
        for wrong in ["0/4", "5/4", "1/0", "0.25", "a/b", "-1/4", ""] {
            assert!(wrong.parse::<Share>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_third_and_a_fifth_are_the_ends_of_what_dalian_allows() {
        let [low, high] = [Share::new(1, 5).unwrap(), Share::new(1, 3).unwrap()];
        for (text, within) in [
            ("1/5", true),
            ("1/4", true),
            ("1/3", true),
            ("2/7", true),
            ("1/6", false),
            ("1/2", false),
            ("334/1000", false),
        ] {
            assert_eq!(text.parse::<Share>().unwrap().is_within(low, high), within, "{text}");
        }
    }
}
