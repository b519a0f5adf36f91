//! Minute clocks: from one moment of a case to the next (双十 10 + 10, 5 + 59, 30), each with its scope as data.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::deadline::deadline;
use super::limit::Limit;
use crate::category::{CaseKind, Category, Complexity};
use crate::place::AreaKind;

/// A moment of a case that a minute clock starts or ends at. All are server times, never a photo's own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Milestone {
    /// The report or the patrol record was accepted by the server.
    Found,
    /// The responsible person was told.
    Notified,
    /// The responsible person is on the spot.
    Arrived,
    /// 劝导无效
    PersuasionFailed,
    /// The enforcement officer is on the spot.
    EnforcementArrived,
    /// 联系: somebody has spoken with the reporter.
    Contacted,
    Handled,
}

/// A clock between two milestones; one entry of `minute-clocks.yaml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MinuteClock {
    /// Stable name; a breach is told as `minuteClocks.{id}`.
    pub id: String,
    /// The plan's sentence it comes from, in words.
    pub source: String,
    pub from: Milestone,
    pub to: Milestone,
    pub limit: Limit,
    #[serde(default)]
    pub scope: Scope,
}

/// Which problems a clock runs for; what is left out does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Scope {
    pub categories: Vec<String>,
    pub places: Vec<AreaKind>,
    pub complexity: Option<Complexity>,
    pub case_kind: Option<CaseKind>,
    pub sudden: Option<bool>,
}

/// When the milestones of a case were reached; the first time counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moments(std::collections::BTreeMap<Milestone, DateTime<Utc>>);

/// How a minute clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Its first milestone is not reached yet.
    NotStarted,
    Running {
        due_at: DateTime<Utc>,
    },
    /// Reached in time; equality passes.
    Passed,
    /// Not reached in time: `due_at` was the last moment that would have been.
    Failed {
        due_at: DateTime<Utc>,
    },
}

impl Scope {
    /// Whether a problem is in scope.
    pub fn covers(&self, category: &Category, complexity: Complexity, places: &[AreaKind]) -> bool {
        (self.categories.is_empty() || category.is_one_of(&self.categories))
            && (self.places.is_empty() || self.places.iter().any(|kind| places.contains(kind)))
            && self.complexity.is_none_or(|only| only == complexity)
            && self.case_kind.is_none_or(|only| only == category.code.kind)
            && self.sudden.is_none_or(|only| only == category.sudden)
    }
}

impl Moments {
    /// Notes that `milestone` was reached; the first time stands.
    pub fn reached(&mut self, milestone: Milestone, at: DateTime<Utc>) {
        let first = self.0.entry(milestone).or_insert(at);
        *first = at.min(*first);
    }

    pub fn when(&self, milestone: Milestone) -> Option<DateTime<Utc>> {
        self.0.get(&milestone).copied()
    }
}

impl MinuteClock {
    /// When it is due, once its first milestone is reached.
    pub fn due(&self, moments: &Moments, calendar: &Calendar) -> Option<DateTime<Utc>> {
        moments.when(self.from).map(|start| deadline(start, self.limit, calendar))
    }

    /// How it stands at `now`. A clock that never reached its end is failed as soon as its time is over, not at day's
    /// end; one whose case was handled before is over, for nobody has to come any more.
    pub fn judge(&self, moments: &Moments, now: DateTime<Utc>, calendar: &Calendar) -> Verdict {
        let Some(due_at) = self.due(moments, calendar) else {
            return Verdict::NotStarted;
        };
        let ended = [moments.when(self.to), moments.when(Milestone::Handled)].into_iter().flatten().min();
        match ended {
            Some(ended) if ended <= due_at => Verdict::Passed,
            Some(_) => Verdict::Failed { due_at },
            None if now <= due_at => Verdict::Running { due_at },
            None => Verdict::Failed { due_at },
        }
    }

    /// The name a breach is told by.
    pub fn rule(&self) -> String {
        format!("minuteClocks.{}", self.id)
    }
}
