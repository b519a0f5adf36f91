//! How like two reports are, feature by feature. The judge weighs these; the fitting program learns the weights of the
//! very same ones.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::same_picture::PhotoSearch;
use super::{Fingerprint, Policy};
use crate::category::{Family, UNCLASSIFIED};

/// What the judge looks at. Each feature lies between 0 and 1; one whose signal is switched off, or cannot be told, is 0.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Likeness {
    /// 1 at the same spot, falling evenly to 0 at the limit: radius and error together.
    #[serde(skip_serializing_if = "is_zero")]
    pub closeness: f64,
    /// 1 at the same moment, 1/e after an hour.
    #[serde(skip_serializing_if = "is_zero")]
    pub fresh: f64,
    /// 0 for a case of now, 1 for one of four months, on a logarithmic scale.
    #[serde(skip_serializing_if = "is_zero")]
    pub age: f64,
    #[serde(skip_serializing_if = "is_zero")]
    pub same_address: f64,
    #[serde(skip_serializing_if = "is_zero")]
    pub same_category: f64,
    /// One of the two has no category yet.
    #[serde(skip_serializing_if = "is_zero")]
    pub unclassified: f64,
    /// How much of the words is shared.
    #[serde(skip_serializing_if = "is_zero")]
    pub words_alike: f64,
    /// The words of both are known and share next to nothing: in full in families whose words decide, not at all in those
    /// of which there is one at a time, elsewhere the more the longer both texts are. Two people describe a broken lamp in
    /// ten words of their own, not in a hundred.
    #[serde(skip_serializing_if = "is_zero")]
    pub words_unlike: f64,
    /// The same text, but for script, width, numerals and punctuation.
    #[serde(skip_serializing_if = "is_zero")]
    pub same_words: f64,
    #[serde(skip_serializing_if = "is_zero")]
    pub same_photo: f64,
    #[serde(skip_serializing_if = "is_zero")]
    pub same_component: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

/// Two reports that can be compared at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    pub likeness: Likeness,
    /// Metres between the two; `None` where one has no point.
    pub distance_meters: Option<f64>,
    /// Beyond this many metres two reports of the family are not one problem.
    pub limit_meters: f64,
}

/// Hours after which a case is as old as it gets: four months.
const OLD_HOURS: f64 = 24.0 * 120.0;

impl Likeness {
    /// The features in a fixed order.
    pub fn values(&self) -> [f64; 11] {
        [
            self.closeness,
            self.fresh,
            self.age,
            self.same_address,
            self.same_category,
            self.unclassified,
            self.words_alike,
            self.words_unlike,
            self.same_words,
            self.same_photo,
            self.same_component,
        ]
    }
}

/// Compares a report with a live case; `None` when they cannot be one problem: other families, other components, out of
/// the window, or too far apart without a component that says otherwise. `photos` are the report's, prepared once for all
/// the cases it is compared with.
pub fn compare(
    report: &Fingerprint,
    photos: &PhotoSearch,
    print: &Fingerprint,
    families: &[Family],
    policy: &Policy,
    now: DateTime<Utc>,
) -> Option<Comparison> {
    let unclassified = report.family == UNCLASSIFIED || print.family == UNCLASSIFIED;
    if report.family != print.family && !unclassified {
        return None;
    }
    let slug = if report.family == UNCLASSIFIED { &print.family } else { &report.family };
    let family = families.iter().find(|family| family.slug == *slug);
    let signals = family.map(|family| family.signals).unwrap_or_default();
    let same_component = match (&report.component_id, &print.component_id) {
        (Some(a), Some(b)) if a == b => signals.component,
        (Some(_), Some(_)) => return None,
        _ => false,
    };
    let age_hours = hours_open(print, family, now)?;
    let distance_meters = match (report.point, print.point) {
        (Some(a), Some(b)) => Some(a.distance_meters(b)),
        _ => None,
    };
    let error = policy.error_meters(report.accuracy_meters).hypot(policy.error_meters(print.accuracy_meters));
    let limit_meters = radius_meters(slug, families) + error;
    if !same_component && distance_meters.is_none_or(|meters| meters > limit_meters) {
        return None;
    }
    let flag = |holds: bool| if holds { 1.0 } else { 0.0 };
    let near = distance_meters.filter(|_| signals.place);
    let words = signals.words.then(|| report.sketch.similarity(&print.sketch)).flatten();
    let same_words = report.words.is_some() && report.words == print.words;
    let same_address = report.address.is_some() && report.address == print.address;
    let telling = match family {
        Some(family) if family.one_at_a_time => 0.0,
        Some(family) if !family.words_decide => report.sketch.telling(&print.sketch).powi(2),
        _ => 1.0,
    };
    let likeness = Likeness {
        closeness: near.map_or(0.0, |meters| (1.0 - meters / limit_meters.max(1.0)).max(0.0)),
        fresh: if signals.age { (-age_hours).exp() } else { 0.0 },
        age: if signals.age { (age_hours.ln_1p() / OLD_HOURS.ln_1p()).min(1.0) } else { 0.0 },
        same_address: flag(same_address && signals.address),
        same_category: flag(report.category == print.category && report.category != UNCLASSIFIED),
        unclassified: flag(unclassified),
        words_alike: words.map_or(0.0, |share| policy.words_alike(share)),
        words_unlike: words.map_or(0.0, |share| policy.words_unlike(share) * telling),
        same_words: flag(same_words && signals.words),
        same_photo: flag(signals.photo && photos.finds(&print.photos, policy.same_photo_likeness)),
        same_component: flag(same_component),
    };
    Some(Comparison { likeness, distance_meters, limit_meters })
}

/// Hours since the case was opened; `None` when the family's window has passed.
fn hours_open(print: &Fingerprint, family: Option<&Family>, now: DateTime<Utc>) -> Option<f64> {
    let seconds = i32::try_from((now - print.opened_at).num_seconds().max(0)).map_or(f64::MAX, f64::from);
    let hours = seconds / 3_600.0;
    let window = family.and_then(|family| family.window_hours).map(f64::from);
    window.is_none_or(|window| hours <= window).then_some(hours)
}

/// The radius of a family; of an unclassified report the widest there is.
pub(super) fn radius_meters(family: &str, families: &[Family]) -> f64 {
    let known = families.iter().find(|f| f.slug == family).map(|f| f.radius_meters);
    known.unwrap_or_else(|| families.iter().map(|f| f.radius_meters).fold(0.0, f64::max))
}
