//! What the fitting program learns from, and how it chooses the thresholds.

use std::error::Error;

use chrono::{DateTime, Utc};
use jiekou_core::dedup::{Model, Policy, RecurrencePolicy};

use crate::fit::{Pair, fit};
use crate::measure::{Material, Slice};
use crate::replay::{Judged, Replay, Setting, replay};
use crate::requests::Request;

/// Pairs of labelled requests without a named parent count as one problem up to this likeness of place.
const SAME_SPOT: f64 = 0.88;

/// What the thresholds are chosen for, on the last month of the fitting time: what staff call a duplicate drifts, and
/// tomorrow is most like yesterday.
#[derive(Debug, Clone, Copy)]
pub struct Targets {
    /// Most of the unlabelled that may be flagged.
    pub flagged: f64,
    /// Share of the high-confidence pairs that should be joined.
    pub join_recall: f64,
}

/// A policy that offers everything, so that the thresholds can be chosen afterwards.
pub fn open_policy(model: Model) -> Policy {
    Policy {
        model: Model { ask_from: 0.0, join_from: 1.1, ..model },
        accuracy_cap_meters: 100.0,
        assumed_accuracy_meters: 15.0,
        same_photo_likeness: 0.72,
        recurrence: RecurrencePolicy::default(),
        synonyms: Vec::new(),
        silent: Vec::new(),
    }
}

/// The pairs among `requests` opened before `until`.
pub fn pairs(
    material: &Material<'_>,
    judged: &[Judged],
    setting: &Setting,
    until: DateTime<Utc>,
) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (at, request) in material.requests.iter().enumerate().take_while(|(_, it)| it.opened < until) {
        let sure = material.labels.parents.contains_key(&request.id);
        let labelled = material.labels.labelled.contains(&request.id);
        for (other, likeness) in &judged[at].compared {
            let same = if sure {
                material.labels.same_group(&request.id, &material.requests[*other].id)
            } else {
                labelled && likeness.closeness >= SAME_SPOT
            };
            let family = setting.family_of.get(&request.category).unwrap_or(&request.category);
            pairs.push(Pair { likeness: *likeness, family: family.clone(), same });
        }
    }
    pairs
}

/// Fits a model on the requests before `until`, an offset for each category, and chooses its thresholds.
///
/// # Errors
/// When Redis fails.
pub async fn learn(
    material: &Material<'_>,
    redis: &str,
    radius_meters: f64,
    until: DateTime<Utc>,
    targets: Targets,
) -> Result<Model, Box<dyn Error>> {
    let past: Vec<Request> = material.requests.iter().filter(|it| it.opened < until).cloned().collect();
    let past_material = Material { requests: &past, labels: material.labels };
    let setting = Setting::plain(&past, open_policy(Model::default()), radius_meters);
    let seen = replay(&past, &Replay { setting: &setting, redis, learn: true }).await?;
    let weights = fit(&pairs(&past_material, &seen.judged, &setting, until), true);
    let model = Model { weights, words_neutral_share: 0.12, words_telling: 0.2, ..Model::default() };
    let setting = Setting::plain(&past, open_policy(model.clone()), radius_meters);
    let judged = replay(&past, &Replay { setting: &setting, redis, learn: false }).await?.judged;
    let start = past.first().map_or(until, |request| request.opened);
    let last = past_material.months(start, until).pop().map(|(_, slice)| slice);
    let last = last.unwrap_or(Slice { from: start, to: until, without: None });
    Ok(Model {
        ask_from: past_material.ask_from(&judged, last, targets.flagged),
        join_from: past_material.join_from(&judged, last, targets.join_recall),
        ..model
    })
}
