//! How a rulebook weighs likeness. Data, never numbers in code.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::same_picture::SAME_PICTURE;
use super::{Likeness, RecurrencePolicy};

/// The duplicate rules of a rulebook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// `weights.yaml`; everything else is `dedup.yaml`.
    #[serde(default)]
    pub model: Model,
    /// The most a position's error widens a radius, in metres.
    pub accuracy_cap_meters: f64,
    /// The error assumed where the sender named none, in metres.
    pub assumed_accuracy_meters: f64,
    /// From this likeness on, of at most 1, two photos show the same picture.
    #[serde(default = "same_picture")]
    pub same_photo_likeness: f64,
    #[serde(default)]
    pub recurrence: RecurrencePolicy,
    /// Groups of words for one thing: 井盖 and 窨井盖.
    #[serde(default)]
    pub synonyms: Vec<Vec<String>>,
    /// Phrases that say nothing about the problem: 您好.
    #[serde(default)]
    pub silent: Vec<String>,
}

/// What the fitting program writes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Model {
    /// From this probability on, a report joins the case.
    pub join_from: f64,
    /// From this probability on, the reporter is shown the case.
    pub ask_from: f64,
    /// Two texts that share this part of their letter pairs are neither alike nor unlike; above it they grow alike.
    pub words_neutral_share: f64,
    /// Likeness of words from which on they are evidence of their own, where a place alone joins nothing.
    pub words_telling: f64,
    pub weights: Weights,
}

/// The weights of a logistic model over the features of [`Likeness`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Weights {
    pub bias: f64,
    pub closeness: f64,
    pub fresh: f64,
    pub age: f64,
    pub same_address: f64,
    pub same_category: f64,
    pub unclassified: f64,
    pub words_alike: f64,
    pub words_unlike: f64,
    pub same_words: f64,
    pub same_photo: f64,
    pub same_component: f64,
    /// Added to the bias for cases of a family: some problems are reported twice far more often than others.
    #[serde(default)]
    pub families: BTreeMap<String, f64>,
}

impl Weights {
    /// The weights in the order of [`Likeness::values`].
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

    /// The probability that two reports of this likeness are one problem, 0 to 1.
    pub fn probability(&self, likeness: &Likeness, family: &str) -> f64 {
        let own = self.families.get(family).copied().unwrap_or(0.0);
        let products = self.values().into_iter().zip(likeness.values()).map(|(weight, value)| weight * value);
        1.0 / (1.0 + (-(self.bias + own + products.sum::<f64>())).exp())
    }
}

impl Policy {
    /// The error of a position, in metres.
    pub(super) fn error_meters(&self, accuracy_meters: Option<f64>) -> f64 {
        accuracy_meters.unwrap_or(self.assumed_accuracy_meters).min(self.accuracy_cap_meters)
    }

    pub(super) fn words_alike(&self, share: f64) -> f64 {
        let neutral = self.model.words_neutral_share;
        ((share - neutral) / (1.0 - neutral)).max(0.0)
    }

    pub(super) fn words_unlike(&self, share: f64) -> f64 {
        let neutral = self.model.words_neutral_share;
        ((neutral - share) / neutral.max(0.001)).max(0.0)
    }
}

/// What rulebooks of releases before say nothing about.
fn same_picture() -> f64 {
    SAME_PICTURE
}
