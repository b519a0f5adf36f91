//! One clock, and how it stands.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::allowance::Allowance;
use super::calendar::Calendar;
use super::pause::Pause;

/// What is stored of a clock: the instants at which its state changes. They are computed when it starts, and anew only
/// by a pause that ends, an extension or a correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clock {
    pub started_at: DateTime<Utc>,
    /// From here on at most a fifth of the limit is left.
    pub warn_at: DateTime<Utc>,
    /// The last instant that is on time.
    pub due_at: DateTime<Utc>,
    /// Standing still since; kept when it ends meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_at: Option<DateTime<Utc>>,
    /// Pauses that are over.
    #[serde(default)]
    pub pauses: Vec<Pause>,
    /// How often it was given its limit once more.
    #[serde(default)]
    pub extensions: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// Its lateness is forgiven; the instants stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempted_at: Option<DateTime<Utc>>,
}

/// The states for display (domain.md §5.2).
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
    /// An appeal against its lateness was accepted.
    Exempted,
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
            Self::Exempted => "exempted",
        }
    }
}

impl Clock {
    /// A clock that starts to run, with `pauses` behind it when it is begun in the past.
    pub fn start(
        started_at: DateTime<Utc>,
        allowance: Allowance,
        pauses: Vec<Pause>,
        calendar: &Calendar,
    ) -> Self {
        Self {
            started_at,
            warn_at: allowance.warn_at(started_at, &pauses, calendar),
            due_at: allowance.due(started_at, &pauses, calendar),
            paused_at: None,
            pauses,
            extensions: 0,
            ended_at: None,
            exempted_at: None,
        }
    }

    /// A clock whose deadline somebody else has set: a fifth of the natural time is what it warns of.
    pub fn until(started_at: DateTime<Utc>, due_at: DateTime<Utc>) -> Self {
        let started_at = started_at.min(due_at);
        Self {
            started_at,
            warn_at: due_at - (due_at - started_at) / 5,
            due_at,
            paused_at: None,
            pauses: Vec::new(),
            extensions: 0,
            ended_at: None,
            exempted_at: None,
        }
    }

    /// Stands still from `at` on. One that stands already, or has ended, stays as it is.
    pub fn pause(&mut self, at: DateTime<Utc>) {
        if self.is_running() {
            self.paused_at = Some(at);
        }
    }

    /// Goes on at `at`: what was left on its own clock is left again. A moment that had come stays.
    pub fn resume(&mut self, at: DateTime<Utc>, allowance: Allowance, calendar: &Calendar) {
        let Some(from) = self.paused_at.take_if(|_| self.ended_at.is_none()) else {
            return;
        };
        let pause = Pause { from, until: at.max(from) };
        self.warn_at = pause.postponed(self.warn_at, allowance.unit(), calendar);
        self.due_at = pause.postponed(self.due_at, allowance.unit(), calendar);
        self.pauses.push(pause);
    }

    /// One more original limit, counted from the present deadline.
    pub fn extend(&mut self, allowance: Allowance, calendar: &Calendar) {
        self.warn_at = allowance.warn_at(self.due_at, &[], calendar);
        self.due_at = allowance.due(self.due_at, &[], calendar);
        self.extensions += 1;
    }

    /// Whether it has neither ended nor stands still.
    pub fn is_running(&self) -> bool {
        self.ended_at.is_none() && self.paused_at.is_none()
    }

    /// How the clock stands at `now`. Equality passes: at the due instant itself nothing is late. One that ended while
    /// it stood still ended as it stood.
    pub fn state(&self, now: DateTime<Utc>) -> ClockState {
        let ended = self.ended_at.map(|ended| self.paused_at.map_or(ended, |paused| paused.min(ended)));
        match ended {
            _ if self.exempted_at.is_some() => ClockState::Exempted,
            Some(ended) if ended <= self.due_at => ClockState::FinishedOnTime,
            Some(_) => ClockState::FinishedLate,
            None if self.paused_at.is_some() => ClockState::Paused,
            None if now > self.due_at => ClockState::Overdue,
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
    use crate::clock::{Limit, Unit};

    fn calendar() -> Calendar {
        let text =
            r#"{"years":{},"workingHours":[{"from":"08:00","to":"12:00"},{"from":"14:00","to":"18:00"}]}"#;
        serde_json::from_str(text).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        instant(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
    }

    fn started(amount: u32, unit: Unit, start: &str) -> (Clock, Allowance) {
        let allowance = Allowance::whole(Limit::new(amount, unit));
        (Clock::start(at(start), allowance, Vec::new(), &calendar()), allowance)
    }

    #[test]
    fn a_clock_passes_through_its_states() {
        let (mut clock, _) = started(5, Unit::WorkHour, "2026-07-31 14:00");
        for (now, state) in [
            ("2026-07-31 14:00", ClockState::Running),
            ("2026-07-31 17:59", ClockState::Running),
            ("2026-07-31 18:00", ClockState::Warn),
            ("2026-08-03 09:00", ClockState::Warn),
            ("2026-08-03 09:01", ClockState::Overdue),
        ] {
            assert_eq!(clock.state(at(now)), state, "{now}");
        }
        clock.pause(at("2026-08-03 08:30"));
        assert_eq!(clock.state(at("2026-08-03 09:01")), ClockState::Paused);
        clock.ended_at = Some(at("2026-08-05 00:00"));
        assert_eq!(clock.state(at("2026-08-09 00:00")), ClockState::FinishedOnTime, "it stood still");
        clock.paused_at = None;
        assert_eq!(clock.state(at("2026-08-09 00:00")), ClockState::FinishedLate);
        clock.ended_at = Some(clock.due_at);
        assert_eq!(clock.state(at("2026-08-09 00:00")), ClockState::FinishedOnTime);
        clock.ended_at = Some(clock.due_at + TimeDelta::nanoseconds(1));
        assert_eq!(clock.state(at("2026-08-09 00:00")), ClockState::FinishedLate);
        clock.exempted_at = Some(at("2026-08-10 00:00"));
        assert_eq!(clock.state(at("2026-08-10 00:00")), ClockState::Exempted);
    }

    #[test]
    fn a_pause_gives_back_what_was_left_and_an_extension_the_limit_once_more() {
        // Friday 16:00 to Monday 10:00; stands from Friday 17:00 to Monday 09:00.
        let (mut clock, allowance) = started(4, Unit::WorkHour, "2026-07-31 16:00");
        assert_eq!(clock.due_at, at("2026-08-03 10:00"));
        clock.pause(at("2026-07-31 17:00"));
        clock.pause(at("2026-08-01 17:00"));
        clock.resume(at("2026-08-03 09:00"), allowance, &calendar());
        assert_eq!((clock.due_at, clock.paused_at), (at("2026-08-03 12:00"), None));
        clock.resume(at("2026-08-03 11:00"), allowance, &calendar());
        assert_eq!(clock.due_at, at("2026-08-03 12:00"), "what runs is not moved");
        clock.extend(allowance, &calendar());
        assert_eq!((clock.due_at, clock.extensions), (at("2026-08-03 18:00"), 1));
        assert_eq!(clock.warn_at, at("2026-08-03 17:12"));
    }
}
