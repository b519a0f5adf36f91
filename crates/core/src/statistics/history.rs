//! What is known of a case that it counts by.

use chrono::{DateTime, Utc};

use super::Place;
use crate::case::{ClockKind, Move, State};
use crate::report::Satisfaction;

/// A case as it stands, with all that happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseHistory {
    pub place: Place,
    pub state: State,
    pub urgent: bool,
    /// It runs in the loop of enforcement.
    pub enforced: bool,
    pub opened_at: DateTime<Utc>,
    /// In the order they were written.
    pub lines: Vec<Line>,
    pub clocks: Vec<StoredClock>,
    /// The reports that follow it now.
    pub reports: Vec<Filed>,
    pub answers: Vec<Answer>,
    /// It is the return of a problem that was closed; `true`: for the n-th time, a hot spot.
    pub recurrence: Option<bool>,
}

/// A line of its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub at: DateTime<Utc>,
    pub act: String,
    /// The state that it led to; `None` where the case stayed as it was.
    pub entered: Option<State>,
    /// The unit that it names; of a dispatch the one that the case went to.
    pub unit: Option<String>,
}

/// One of its clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredClock {
    pub kind: ClockKind,
    pub due_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// The act that ended it.
    pub ended_by: Option<String>,
    pub paused: bool,
    pub exempted: bool,
    /// The breach was raised.
    pub overdue: bool,
}

/// A report that follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filed {
    pub received_at: DateTime<Utc>,
    /// A citizen found it, whoever typed it in.
    pub by_public: bool,
    /// It is what a medium published.
    pub by_media: bool,
    /// It is a part that was split off a report, which was sent once and counts once.
    pub is_part: bool,
}

/// What a reporter says of a closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub at: DateTime<Utc>,
    pub solved: bool,
    /// How content they are, where they said so.
    pub satisfaction: Option<Satisfaction>,
}

impl CaseHistory {
    /// When it first came into such a state.
    pub(super) fn first_entered(&self, is: impl Fn(State) -> bool) -> Option<DateTime<Utc>> {
        self.lines.iter().find(|line| line.entered.is_some_and(&is)).map(|line| line.at)
    }

    /// When it last came into such a state.
    pub(super) fn last_entered(&self, is: impl Fn(State) -> bool) -> Option<DateTime<Utc>> {
        self.lines.iter().rfind(|line| line.entered.is_some_and(&is)).map(|line| line.at)
    }
}

impl Line {
    pub(super) fn is(&self, act: Move) -> bool {
        self.act == act.name()
    }
}

impl StoredClock {
    /// Whether it ended after its deadline, or has passed it and goes on. A lateness that was forgiven is none.
    pub fn is_late(&self) -> bool {
        let late = self.ended_at.map_or(self.overdue, |ended_at| ended_at > self.due_at);
        late && !self.exempted
    }
}
