//! A 与 B 角轮流上岗 (DL-04): of those who hold a post together exactly one is on duty at every instant.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::clock::TimeOfDay;
use crate::clock::local::{at, instant, local};
use crate::staff::Turn;

/// `duty` of `process.yaml`. Turns follow each other without regard to working days: somebody is on duty on every day of
/// the year, and a holiday or 调休 moves no change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Rota {
    /// How long a turn is.
    pub change: Change,
    /// The time of day at which it changes, UTC+8.
    pub at: TimeOfDay,
    /// Who is on duty from `anchor` on.
    pub begins: Turn,
    /// A day at which a turn begins; with `week` its weekday is that of every change.
    pub anchor: NaiveDate,
    /// The longest that somebody may stand in for another.
    pub longest_deputy_days: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    Day,
    #[default]
    Week,
}

/// One turn of duty; `since` belongs to it and `until` to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// Counted from the one that begins at the anchor; those before it are negative.
    pub number: i64,
    pub since: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

impl Change {
    const fn days(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
        }
    }
}

impl Rota {
    /// The turn of duty that `now` lies in.
    pub fn shift(&self, now: DateTime<Utc>) -> Shift {
        let days = self.change.days();
        // A day of duty begins at the time of the change.
        let today = local(now).checked_sub_signed(self.at.since_midnight()).unwrap_or_default().date();
        let number = today.signed_duration_since(self.anchor).num_days().div_euclid(days);
        let begin = |number: i64| {
            let since_anchor = number.checked_mul(days).and_then(TimeDelta::try_days);
            let first = since_anchor.and_then(|it| self.anchor.checked_add_signed(it)).unwrap_or(today);
            instant(at(first, self.at.since_midnight()))
        };
        Shift { number, since: begin(number), until: begin(number.saturating_add(1)) }
    }

    /// Who of those that hold a post together is on duty at `now`; `None` only where nobody holds it.
    ///
    /// A comes before B, and whoever has no turn behind both, in their own order. Somebody alone is always on duty.
    pub fn on_duty<T: Ord>(
        &self,
        holders: impl IntoIterator<Item = (Option<Turn>, T)>,
        now: DateTime<Utc>,
    ) -> Option<T> {
        let mut holders: Vec<(bool, Option<Turn>, T)> =
            holders.into_iter().map(|(turn, it)| (turn.is_none(), turn, it)).collect();
        holders.sort_unstable();
        let many = i64::try_from(holders.len()).ok().filter(|many| *many > 0)?;
        let first = if self.begins == Turn::A { 0 } else { 1 };
        let position = self.shift(now).number.wrapping_add(first).rem_euclid(many);
        holders.into_iter().nth(usize::try_from(position).ok()?).map(|(_, _, it)| it)
    }
}

impl Default for Rota {
    fn default() -> Self {
        Self {
            change: Change::Week,
            at: TimeOfDay::EIGHT,
            begins: Turn::A,
            // A Monday.
            anchor: NaiveDate::from_ymd_opt(2018, 1, 1).unwrap_or_default(),
            longest_deputy_days: 92,
        }
    }
}
