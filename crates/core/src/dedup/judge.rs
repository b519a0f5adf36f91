//! The judge: pure, explainable, the same whether candidates came from Redis or from PostgreSQL.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Fingerprint, Policy};
use crate::category::{Family, UNCLASSIFIED};

/// Most similar cases shown to anybody.
const OFFERED: usize = 5;

/// How far beyond the limit two positions of one component may lie before neither is believed, in metres.
const COMPONENT_SLACK_METERS: f64 = 200.0;

/// A live case that may be the same problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub case_id: i64,
    pub print: Fingerprint,
}

/// What the judge says, with the cases it says it about, most likely first.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    pub decision: Decision,
    pub matches: Vec<Match>,
}

/// The three bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The problem is known: join this case.
    Join {
        case_id: i64,
    },
    /// Cannot tell: stands as new, and the reporter is shown what it may be.
    Ask,
    New,
}

/// One candidate that may be the same problem, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Match {
    pub case_id: i64,
    /// Probability that it is the same problem, 0 to 1.
    pub score: f64,
    /// Metres between the two; `None` where one has no point.
    pub distance_meters: Option<f64>,
    pub reasons: Vec<Reason>,
}

/// Why two reports may be one problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    Nearby,
    SameCategory,
    RelatedCategory,
    SimilarWords,
    SamePhoto,
    SameComponent,
    /// Nothing but the reporter's word.
    NamedByReporter,
}

/// Compares a report with the candidates.
///
/// `families` are the rulebook's; an unclassified report is compared with all of them, at the wider radius.
/// Candidates out of reach or window, with another component id or of another family are no match at all.
pub fn judge(
    report: &Fingerprint,
    candidates: &[Candidate],
    families: &[Family],
    policy: &Policy,
    now: DateTime<Utc>,
) -> Judgement {
    let mut matches: Vec<Match> =
        candidates.iter().filter_map(|candidate| compare(report, candidate, families, policy, now)).collect();
    // Equal scores are settled by the older case, so that every process offers the same one.
    matches.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.case_id.cmp(&b.case_id)));
    matches.truncate(OFFERED);
    let decision = match matches.first() {
        Some(best) if best.score >= policy.join_from => Decision::Join { case_id: best.case_id },
        Some(_) => Decision::Ask,
        None => Decision::New,
    };
    Judgement { decision, matches }
}

/// How far a report of this family can lie from a case it belongs to, in metres, whatever the case's own error.
pub fn reach_meters(family: &str, accuracy_meters: Option<f64>, families: &[Family], policy: &Policy) -> f64 {
    let own = capped(accuracy_meters, policy);
    radius_meters(family, families) + own.hypot(policy.accuracy_cap_meters)
}

fn compare(
    report: &Fingerprint,
    candidate: &Candidate,
    families: &[Family],
    policy: &Policy,
    now: DateTime<Utc>,
) -> Option<Match> {
    let print = &candidate.print;
    let unclassified = report.family == UNCLASSIFIED || print.family == UNCLASSIFIED;
    if report.family != print.family && !unclassified {
        return None;
    }
    let same_component = match (&report.component_id, &print.component_id) {
        (Some(a), Some(b)) if a == b => true,
        (Some(_), Some(_)) => return None,
        _ => false,
    };
    let family = if report.family == UNCLASSIFIED { &print.family } else { &report.family };
    let age = age(print, family, families, now)?;
    let distance_meters = match (report.point, print.point) {
        (Some(a), Some(b)) => Some(a.distance_meters(b)),
        _ => None,
    };
    let error = capped(report.accuracy_meters, policy).hypot(capped(print.accuracy_meters, policy));
    let limit = radius_meters(family, families) + error;
    let closeness = match distance_meters {
        Some(meters) if meters <= limit => 1.0 - (meters - error * 0.5).max(0.0) / limit.max(1.0),
        Some(_) | None if same_component => 0.0,
        Some(_) | None => return None,
    };
    let same_category = report.category == print.category && report.category != UNCLASSIFIED;
    let text = report.sketch.similarity(&print.sketch).unwrap_or(0.0);
    let same_photo = shows_same_photo(report, print, policy);

    let weights = &policy.weights;
    let flag = |holds: bool, weight: f64| if holds { weight } else { 0.0 };
    let sum = weights.bias
        + weights.closeness * closeness
        + flag(same_category, weights.same_category)
        + flag(unclassified, weights.unclassified)
        + weights.text * text
        + flag(same_photo, weights.same_photo)
        + flag(same_component, weights.same_component)
        + weights.age * age;
    let score = 1.0 / (1.0 + (-sum).exp());
    // A component does not walk: one of the two ids or positions is wrong, and somebody must look.
    let elsewhere = distance_meters.is_some_and(|meters| meters > limit + COMPONENT_SLACK_METERS);
    let score = if elsewhere { score.min(policy.ask_from) } else { score };
    let reasons = [
        (distance_meters.is_some_and(|meters| meters <= limit), Reason::Nearby),
        (same_category, Reason::SameCategory),
        (!same_category && !unclassified, Reason::RelatedCategory),
        (text >= 0.3, Reason::SimilarWords),
        (same_photo, Reason::SamePhoto),
        (same_component, Reason::SameComponent),
    ];
    (score >= policy.ask_from).then(|| Match {
        case_id: candidate.case_id,
        score,
        distance_meters,
        reasons: reasons.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect(),
    })
}

/// The share of the family's window that has passed; `None` when it is over.
fn age(print: &Fingerprint, family: &str, families: &[Family], now: DateTime<Utc>) -> Option<f64> {
    let Some(hours) = families.iter().find(|f| f.slug == family).and_then(|f| f.window_hours) else {
        return Some(0.0);
    };
    let seconds = u32::try_from((now - print.opened_at).num_seconds().max(0)).ok()?;
    let share = f64::from(seconds) / (f64::from(hours.max(1)) * 3_600.0);
    (share <= 1.0).then_some(share)
}

/// The radius of a family; of an unclassified report the widest there is.
fn radius_meters(family: &str, families: &[Family]) -> f64 {
    let known = families.iter().find(|f| f.slug == family).map(|f| f.radius_meters);
    known.unwrap_or_else(|| families.iter().map(|f| f.radius_meters).fold(0.0, f64::max))
}

fn capped(accuracy_meters: Option<f64>, policy: &Policy) -> f64 {
    accuracy_meters.unwrap_or(policy.assumed_accuracy_meters).min(policy.accuracy_cap_meters)
}

fn shows_same_photo(a: &Fingerprint, b: &Fingerprint, policy: &Policy) -> bool {
    let same = |x: &u64, y: &u64| (x ^ y).count_ones() <= policy.same_photo_bits;
    a.photos.iter().any(|x| b.photos.iter().any(|y| same(x, y)))
}
