//! The categories of a rulebook.

use serde::{Deserialize, Serialize};

use crate::clock::Limit;

/// A citizen category: few, in everyday words, each mapped to a code of the standard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Category {
    /// Stable name in addresses and programs: lower-case letters and hyphens.
    pub slug: String,
    pub name: String,
    /// One line of help.
    pub words: String,
    pub examples: Vec<String>,
    /// Words in a description that speak for this category.
    pub keywords: Vec<String>,
    #[serde(default)]
    pub urgent: bool,
    /// Slug of the [`Family`] it is compared within.
    pub family: String,
    pub code: StandardCode,
    /// Time from dispatch to handling.
    pub handle_limit: Limit,
    /// Where the limit comes from, in words.
    pub limit_source: String,
    #[serde(default)]
    pub questions: Vec<Question>,
}

/// A code is never split or compared without its system: 04 and 05 swap between the generations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StandardCode {
    pub system: CodeSystem,
    pub kind: CaseKind,
    /// Major and minor code together, as text.
    pub code: String,
}

/// The two generations of code tables (CJ/T 214-2007, GB/T 30428.2-2013).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeSystem {
    #[serde(rename = "CJ/T 214-2007")]
    Cjt214,
    #[serde(rename = "GB/T 30428.2-2013")]
    Gbt30428,
}

/// 部件 (a public facility with an id) or 事件 (a behaviour or state without one).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CaseKind {
    Component,
    Event,
}

/// Categories that people mix up and that are therefore compared with each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Family {
    pub slug: String,
    /// How far apart two reports of one problem of this family can be, in metres, before GPS error.
    pub radius_meters: f64,
    /// How long after opening a case still takes reports in; absent: until it is closed.
    pub window_hours: Option<u32>,
    /// Whether place and time are enough to join: there is one burst main in a street, but many quarrels. Without it a
    /// report joins only when words, photo, address or component speak for it too, and is asked about otherwise.
    #[serde(default)]
    pub place_joins: bool,
    /// Whether different words speak against it however short the texts are.
    #[serde(default)]
    pub words_decide: bool,
    /// Whether it is so rare that a second one within reach and window is hardly ever another: a burst main. Then no
    /// words speak against it, and the fitting program starts from stated odds.
    #[serde(default)]
    pub one_at_a_time: bool,
    #[serde(default)]
    pub signals: Signals,
}

/// What is looked at when reports of a family are compared; all of it unless switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Signals {
    pub place: bool,
    pub age: bool,
    pub words: bool,
    pub photo: bool,
    pub address: bool,
    pub component: bool,
}

impl Default for Signals {
    fn default() -> Self {
        Self { place: true, age: true, words: true, photo: true, address: true, component: true }
    }
}

/// A question a category asks; the answers are a report's `attributes`, as Open311 has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Question {
    pub code: String,
    pub words: String,
    pub kind: QuestionKind,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub options: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum QuestionKind {
    Text,
    Number,
    YesNo,
    /// One of the options.
    Choice,
}
