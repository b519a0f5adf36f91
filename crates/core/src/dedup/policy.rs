//! How a rulebook weighs likeness. Data, never numbers in code.

use serde::{Deserialize, Serialize};

/// The duplicate rules of a rulebook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    pub weights: Weights,
    /// From this probability on, a report joins the case.
    pub join_from: f64,
    /// From this probability on, the reporter is shown the case.
    pub ask_from: f64,
    /// The most a position's error widens a radius, in metres.
    pub accuracy_cap_meters: f64,
    /// The error assumed where the sender named none, in metres.
    pub assumed_accuracy_meters: f64,
    /// Photos whose hashes differ in at most this many of 64 bits show the same picture.
    pub same_photo_bits: u32,
}

/// The weights of a logistic model over the features that [`super::judge`] computes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Weights {
    pub bias: f64,
    /// Times 1 at the same spot, 0 at the limit of the radius.
    pub closeness: f64,
    pub same_category: f64,
    /// One of the two has no category yet.
    pub unclassified: f64,
    /// Times the share of common words, 0 to 1.
    pub text: f64,
    pub same_photo: f64,
    pub same_component: f64,
    /// Times the share of the window that has passed, 0 to 1.
    pub age: f64,
}
