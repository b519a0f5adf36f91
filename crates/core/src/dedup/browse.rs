//! Known problems around what somebody is still writing: to be looked through by a person, never to decide.

use chrono::{DateTime, Utc};

use super::judge::{Candidate, Match, OFFERED, reasons};
use super::likeness::{Comparison, compare};
use super::same_picture::PhotoSearch;
use super::{Fingerprint, Policy};
use crate::category::{Family, UNCLASSIFIED};
use crate::place::Wgs84;

/// Where nothing but words tells, a case must hold this share of them.
const LEAST_WORDS: f64 = 0.3;

/// A place as words name it: a point, and how far off it may be in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Around {
    pub point: Wgs84,
    pub radius_meters: f64,
}

/// The candidates within reach of one of the places, or, where there is none, those whose words hold what was written
/// so far; the most likely first, at most five. A case does not look more likely for lying in the middle of an area
/// that is only known as a whole.
pub fn browse(
    draft: &Fingerprint,
    candidates: &[Candidate],
    places: &[Around],
    families: &[Family],
    policy: &Policy,
    now: DateTime<Utc>,
) -> Vec<Match> {
    let photos = PhotoSearch::new(&draft.photos);
    let weighed = candidates.iter().filter_map(|it| weigh(draft, &photos, it, places, families, policy, now));
    let mut matches: Vec<Match> = weighed.collect();
    matches.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.case_id.cmp(&a.case_id)));
    matches.truncate(OFFERED);
    matches
}

fn weigh(
    draft: &Fingerprint,
    photos: &PhotoSearch,
    candidate: &Candidate,
    places: &[Around],
    families: &[Family],
    policy: &Policy,
    now: DateTime<Utc>,
) -> Option<Match> {
    // Compared as if both were at one spot; what the distance says is worked out below.
    let spot = candidate.print.point.or_else(|| places.first().map(|place| place.point)).or(draft.point);
    let spot = spot.or_else(|| Wgs84::new(0.0, 0.0).ok());
    let there = |print: &Fingerprint| Fingerprint { point: spot, ..print.clone() };
    let Comparison { mut likeness, limit_meters, .. } =
        compare(&there(draft), photos, &there(&candidate.print), families, policy, now)?;
    let share = draft.sketch.share_in(&candidate.print.sketch);
    let said = share >= LEAST_WORDS;
    let distances = places.iter().filter_map(|place| {
        let meters = place.point.distance_meters(candidate.print.point?);
        let reach = place.radius_meters + limit_meters;
        (meters <= reach).then_some((meters, limit_meters / reach.max(1.0) * (1.0 - meters / reach.max(1.0))))
    });
    let nearest = distances.max_by(|a, b| a.1.total_cmp(&b.1));
    let known = likeness.same_component > 0.0 || if places.is_empty() { said } else { nearest.is_some() };
    if !known {
        return None;
    }
    likeness.closeness = nearest.map_or(0.0, |(_, closeness)| closeness);
    if said {
        likeness.words_alike = likeness.words_alike.max(policy.words_alike(share));
        likeness.words_unlike = 0.0;
    }
    let family = if draft.family == UNCLASSIFIED { &candidate.print.family } else { &draft.family };
    Some(Match {
        case_id: candidate.case_id,
        score: policy.model.weights.probability(&likeness, family),
        joins: false,
        distance_meters: nearest.map(|(meters, _)| meters),
        reasons: reasons(&likeness, nearest.is_some()),
        likeness,
    })
}
