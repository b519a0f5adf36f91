//! How a clock stands.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::deadline::{deadline_with_pauses, warn_at};
use super::limit::Limit;
use super::pause::Pause;

/// What is stored of a clock: the instants at which its state changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clock {
    pub started: DateTime<Utc>,
    /// From here on at most a fifth of the limit is left.
    pub warn_at: DateTime<Utc>,
    /// The last instant that is on time.
    pub due: DateTime<Utc>,
    pub finished: Option<DateTime<Utc>>,
    /// Suspended at present; `warn_at` and `due` are computed anew when it resumes.
    pub paused: bool,
}

/// The states for display (domain.md §5.2); `exempted` is a decision about a late clock and not one of its states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClockState {
    Running,
    /// At most a fifth of the limit is left.
    Warn,
    Overdue,
    Paused,
    FinishedOnTime,
    FinishedLate,
}

impl ClockState {
    /// The name as in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Warn => "warn",
            Self::Overdue => "overdue",
            Self::Paused => "paused",
            Self::FinishedOnTime => "finishedOnTime",
            Self::FinishedLate => "finishedLate",
        }
    }
}

impl Clock {
    /// A clock that starts to run, or runs again after `pauses`.
    pub fn start(started: DateTime<Utc>, limit: Limit, pauses: &[Pause], calendar: &Calendar) -> Self {
        Self {
            started,
            warn_at: warn_at(started, limit, pauses, calendar),
            due: deadline_with_pauses(started, limit, pauses, calendar),
            finished: None,
            paused: false,
        }
    }

    /// How the clock stands at `now`. Equality passes: at the due instant itself nothing is late.
    pub fn state(&self, now: DateTime<Utc>) -> ClockState {
        match self.finished {
            Some(finished) if finished <= self.due => ClockState::FinishedOnTime,
            Some(_) => ClockState::FinishedLate,
            None if self.paused => ClockState::Paused,
            None if now > self.due => ClockState::Overdue,
            None if now >= self.warn_at => ClockState::Warn,
            None => ClockState::Running,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDateTime, TimeDelta};

    use super::super::local::instant;
    use super::*;
    use crate::clock::Unit;

    fn calendar() -> Calendar {
        let text =
            r#"{"years":{},"workingHours":[{"from":"08:00","to":"12:00"},{"from":"14:00","to":"18:00"}]}"#;
        serde_json::from_str(text).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        instant(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
    }

    #[test]
    fn a_clock_passes_through_its_states() {
        let limit = Limit::new(5, Unit::WorkHour);
        let mut clock = Clock::start(at("2026-07-31 14:00"), limit, &[], &calendar());
        for (now, state) in [
            ("2026-07-31 14:00", ClockState::Running),
            ("2026-07-31 17:59", ClockState::Running),
            ("2026-07-31 18:00", ClockState::Warn),
            ("2026-08-03 09:00", ClockState::Warn),
            ("2026-08-03 09:01", ClockState::Overdue),
        ] {
            assert_eq!(clock.state(at(now)), state, "{now}");
        }
        clock.paused = true;
        assert_eq!(clock.state(at("2026-08-03 09:01")), ClockState::Paused);
        clock.finished = Some(clock.due);
        assert_eq!(clock.state(at("2026-08-09 00:00")), ClockState::FinishedOnTime);
        clock.finished = Some(clock.due + TimeDelta::nanoseconds(1));
        assert_eq!(clock.state(at("2026-08-09 00:00")), ClockState::FinishedLate);
    }
}
