//! How a duty stands.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::Duty;

/// How a duty stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OwedState {
    /// As many patrols as are owed, or more.
    Done,
    /// Too few yet, and the period runs.
    DueSoon,
    /// The period is over without enough.
    Overdue,
}

impl OwedState {
    pub const ALL: [Self; 3] = [Self::Done, Self::DueSoon, Self::Overdue];

    /// The name sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::DueSoon => "dueSoon",
            Self::Overdue => "overdue",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A duty with what was done of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    pub duty: Duty,
    pub done: u32,
    pub state: OwedState,
}

/// How many patrols of one day count for a post in an area; `person` of `None`: by anybody, a joint one once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    pub post: String,
    /// Code of the area that the post is held for.
    pub area: String,
    pub person: Option<Uuid>,
    pub day: NaiveDate,
    pub times: u32,
}

/// How each duty stands at `now`. A patrol counts in the period that the day of its beginning lies in.
pub fn weigh(duties: Vec<Duty>, walked: &[Walked], now: DateTime<Utc>) -> Vec<Owed> {
    let mut days: HashMap<(&str, &str, Option<Uuid>), BTreeMap<NaiveDate, u32>> = HashMap::new();
    for it in walked {
        let times = days.entry((&it.post, &it.area, it.person)).or_default().entry(it.day).or_default();
        *times = times.saturating_add(it.times);
    }
    let stands = |duty: Duty| {
        let walked = days.get(&(duty.post.as_str(), duty.area.code.as_str(), duty.holder));
        let inside = duty.period.first_day()..=duty.period.last_day();
        let done = walked
            .map_or(0, |days| days.range(inside).fold(0_u32, |sum, (_, times)| sum.saturating_add(*times)));
        let state = if done >= duty.times {
            OwedState::Done
        } else if duty.period.is_over(now) {
            OwedState::Overdue
        } else {
            OwedState::DueSoon
        };
        Owed { duty, done, state }
    };
    duties.into_iter().map(stands).collect()
}
