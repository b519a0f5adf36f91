//! A problem that comes back after its case was closed: a new case, linked to the one before.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::judge::weigh;
use super::same_picture::PhotoSearch;
use super::{Candidate, Fingerprint, Match, Policy};
use crate::category::{Family, Signals};

/// How far back a rulebook looks, and what it calls a hot spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RecurrencePolicy {
    /// An earlier case counts when it was over at most so many days before.
    pub window_days: u32,
    /// So many cases of one problem, the newest included, make its place a hot spot,
    pub hot_spot_cases: u32,
    /// when the earlier ones were over at most so many days before.
    pub hot_spot_days: u32,
}

impl Default for RecurrencePolicy {
    fn default() -> Self {
        Self { window_days: 60, hot_spot_cases: 3, hot_spot_days: 30 }
    }
}

/// A case that was over before another was opened.
#[derive(Debug, Clone, PartialEq)]
pub struct PastCase {
    pub candidate: Candidate,
    /// The case it was merged into in the end; itself when it was not merged.
    pub counts_as: i64,
    /// When that one was closed, or its window passed.
    pub ended_at: DateTime<Utc>,
}

/// What a case is the return of.
#[derive(Debug, Clone, PartialEq)]
pub struct Recurrence {
    /// Why the case before it is the same problem; its `case_id` is the one it counts as.
    pub previous: Match,
    /// Cases of the problem at this place within the window, the new one included: at least 2.
    pub times_here: u32,
    pub hot_spot: bool,
}

/// Compares a case, by the fingerprints of all that were merged into it, with the cases that were over when it was
/// opened; `None` when it is the first of its kind here. The judge is the usual one without age and window; what it
/// would join counts. Linked is the case that was over last.
pub fn recurrence(
    prints: &[Fingerprint],
    past: &[PastCase],
    families: &[Family],
    policy: &Policy,
    opened_at: DateTime<Utc>,
) -> Option<Recurrence> {
    let ageless: Vec<Family> = families.iter().map(without_age).collect();
    let photos: Vec<PhotoSearch> = prints.iter().map(|print| PhotoSearch::new(&print.photos)).collect();
    let weighed = |past: &PastCase| {
        let matches = prints
            .iter()
            .zip(&photos)
            .filter_map(|(print, photos)| weigh(print, photos, &past.candidate, &ageless, policy, opened_at));
        let best = matches.filter(|found| found.joins).max_by(|a, b| a.score.total_cmp(&b.score))?;
        Some((Match { case_id: past.counts_as, ..best }, past.ended_at))
    };
    let mut earlier: HashMap<i64, (Match, DateTime<Utc>)> = HashMap::new();
    for (found, ended_at) in past.iter().filter(|past| past.ended_at <= opened_at).filter_map(weighed) {
        let known = earlier.get(&found.case_id);
        if known.is_none_or(|(best, _)| best.score < found.score) {
            earlier.insert(found.case_id, (found, ended_at));
        }
    }
    let rules = policy.recurrence;
    let within = |days: u32| {
        let since = opened_at - Duration::days(i64::from(days));
        let count = earlier.values().filter(|(_, ended_at)| *ended_at >= since).count();
        u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1)
    };
    let (times_here, lately) = (within(rules.window_days), within(rules.hot_spot_days));
    let since = opened_at - Duration::days(i64::from(rules.window_days));
    let counted = earlier.into_values().filter(|(_, ended_at)| *ended_at >= since);
    let (previous, _) = counted.max_by_key(|(found, ended_at)| (*ended_at, found.case_id))?;
    Some(Recurrence { previous, times_here, hot_spot: lately >= rules.hot_spot_cases })
}

fn without_age(family: &Family) -> Family {
    let signals = Signals { age: false, ..family.signals };
    Family { window_hours: None, signals, ..family.clone() }
}
