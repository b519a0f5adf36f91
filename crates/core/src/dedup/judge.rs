//! The judge: pure, explainable, the same whether candidates came from Redis or from PostgreSQL.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::likeness::{Comparison, Likeness, compare, radius_meters};
use super::nearest::nearest;
use super::same_picture::PhotoSearch;
use super::{Fingerprint, Policy};
use crate::category::{Family, UNCLASSIFIED};

/// Most similar cases shown to anybody.
pub(super) const OFFERED: usize = 5;

/// A position this exact may join by itself in every family, in metres; words are never resolved better.
const WORDS_LEAST_METERS: f64 = 50.0;

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
    /// Enough to join; what is left of it is asked about.
    #[serde(default)]
    pub joins: bool,
    /// Metres between the two; `None` where one has no point.
    pub distance_meters: Option<f64>,
    pub reasons: Vec<Reason>,
    /// What the score was computed from.
    #[serde(default)]
    pub likeness: Likeness,
}

/// Why two reports may be one problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    Nearby,
    SameCategory,
    RelatedCategory,
    SimilarWords,
    SameWords,
    SameAddress,
    SamePhoto,
    SameComponent,
    /// Nothing but the reporter's word.
    NamedByReporter,
}

/// Compares a report with the candidates.
///
/// `families` are the rulebook's; an unclassified report is compared with all of them, at the wider radius.
/// Candidates out of reach or window, with another component id or of another family are no match at all. Of a crowd
/// only the nearest are looked at ([`super::NEAREST`]).
pub fn judge(
    report: &Fingerprint,
    candidates: &[Candidate],
    families: &[Family],
    policy: &Policy,
    now: DateTime<Utc>,
) -> Judgement {
    let photos = PhotoSearch::new(&report.photos);
    let near = nearest(report, candidates).into_iter();
    let weighed = near.filter_map(|it| weigh(report, &photos, it, families, policy, now));
    let mut matches: Vec<Match> = weighed.collect();
    // One that can be joined before one that cannot; equal scores are settled by the older case, so that every process
    // offers the same one.
    matches.sort_by(|a, b| {
        b.joins.cmp(&a.joins).then(b.score.total_cmp(&a.score)).then(a.case_id.cmp(&b.case_id))
    });
    matches.truncate(OFFERED);
    let decision = match matches.first() {
        Some(best) if best.joins => Decision::Join { case_id: best.case_id },
        Some(_) => Decision::Ask,
        None => Decision::New,
    };
    Judgement { decision, matches }
}

/// How far a report of this family can lie from a case it belongs to, in metres, whatever the case's own error.
pub fn reach_meters(family: &str, accuracy_meters: Option<f64>, families: &[Family], policy: &Policy) -> f64 {
    let own = policy.error_meters(accuracy_meters);
    radius_meters(family, families) + own.hypot(policy.accuracy_cap_meters)
}

pub(super) fn weigh(
    report: &Fingerprint,
    photos: &PhotoSearch,
    candidate: &Candidate,
    families: &[Family],
    policy: &Policy,
    now: DateTime<Utc>,
) -> Option<Match> {
    let print = &candidate.print;
    let Comparison { likeness, distance_meters, limit_meters } =
        compare(report, photos, print, families, policy, now)?;
    let family = if report.family == UNCLASSIFIED { &print.family } else { &report.family };
    let score = policy.model.weights.probability(&likeness, family);
    // A component does not walk: one of the two ids or positions is wrong, and somebody must look.
    let elsewhere = distance_meters.is_some_and(|meters| meters > limit_meters + COMPONENT_SLACK_METERS);
    // Two positions that are each known to a street only say nothing when they are the same: both reporters named 二七塔.
    let exact = [report, print].into_iter().all(|it| {
        it.accuracy_meters
            .is_none_or(|meters| meters <= radius_meters(family, families).max(WORDS_LEAST_METERS))
    });
    let place_joins = families.iter().any(|known| known.slug == *family && known.place_joins)
        && report.family == print.family
        && exact;
    let joins = score >= policy.model.join_from && !elsewhere && (place_joins || speaks(&likeness, policy));
    (score >= policy.model.ask_from || joins).then(|| Match {
        case_id: candidate.case_id,
        score,
        joins,
        distance_meters,
        reasons: reasons(&likeness, distance_meters.is_some_and(|meters| meters <= limit_meters)),
        likeness,
    })
}

/// Whether something besides place and time speaks for one problem.
fn speaks(likeness: &Likeness, policy: &Policy) -> bool {
    let flags = [likeness.same_words, likeness.same_photo, likeness.same_component, likeness.same_address];
    flags.into_iter().any(|flag| flag > 0.0) || likeness.words_alike >= policy.model.words_telling
}

pub(super) fn reasons(likeness: &Likeness, nearby: bool) -> Vec<Reason> {
    let related = likeness.same_category == 0.0 && likeness.unclassified == 0.0;
    let told = [
        (nearby, Reason::Nearby),
        (likeness.same_address > 0.0, Reason::SameAddress),
        (likeness.same_category > 0.0, Reason::SameCategory),
        (related, Reason::RelatedCategory),
        (likeness.same_words > 0.0, Reason::SameWords),
        (likeness.same_words == 0.0 && likeness.words_alike > 0.1, Reason::SimilarWords),
        (likeness.same_photo > 0.0, Reason::SamePhoto),
        (likeness.same_component > 0.0, Reason::SameComponent),
    ];
    told.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect()
}
