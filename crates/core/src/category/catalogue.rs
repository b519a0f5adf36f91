//! The categories of a rulebook.

use serde::{Deserialize, Serialize};

use super::{Complexity, Grime, Plane, ReferenceLimit};
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
    /// The citizen category this is a finer kind of; absent: it is a citizen category itself.
    #[serde(default)]
    pub of: Option<String>,
    #[serde(default)]
    pub plane: Plane,
    #[serde(default)]
    pub complexity: Complexity,
    /// Comes up at once and calls for somebody at once, such as a burst pipe.
    #[serde(default)]
    pub sudden: bool,
    #[serde(default)]
    pub grime: Option<Grime>,
    /// The kind of component in the registry that it is about, such as `manhole`.
    #[serde(default)]
    pub component: Option<String>,
    /// What a city's own shorter limits are measured against; the handling limit while it is absent.
    #[serde(default)]
    pub reference_limit: Option<ReferenceLimit>,
}

impl Category {
    /// The category that `kind` makes of its citizen category.
    pub fn of_kind(&self, kind: super::Kind) -> Self {
        let code = StandardCode {
            system: self.code.system,
            kind: kind.case_kind.unwrap_or(CaseKind::Event),
            code: kind.code,
        };
        Self {
            slug: kind.slug,
            name: kind.name,
            words: self.words.clone(),
            examples: Vec::new(),
            keywords: kind.keywords,
            urgent: kind.urgent.unwrap_or(self.urgent),
            family: self.family.clone(),
            code,
            handle_limit: kind.limit.unwrap_or(self.handle_limit),
            limit_source: kind.limit_source.unwrap_or_else(|| self.limit_source.clone()),
            questions: self.questions.clone(),
            of: Some(kind.of),
            plane: kind.plane.unwrap_or(self.plane),
            complexity: kind.complexity.unwrap_or(self.complexity),
            sudden: kind.sudden.unwrap_or(self.sudden),
            grime: kind.grime.or(self.grime),
            component: kind.component.or_else(|| self.component.clone()),
            reference_limit: if kind.limit.is_some() { None } else { self.reference_limit.clone() },
        }
    }

    /// The citizen category: itself, or the one it is a kind of.
    pub fn citizen(&self) -> &str {
        self.of.as_deref().unwrap_or(&self.slug)
    }

    /// Whether it, or the citizen category it is a kind of, is in the list.
    pub fn is_one_of(&self, slugs: &[String]) -> bool {
        slugs.iter().any(|slug| *slug == self.slug || slug == self.citizen())
    }

    /// What shorter limits are measured against.
    pub fn reference(&self) -> Limit {
        self.reference_limit.as_ref().map_or(self.handle_limit, ReferenceLimit::limit)
    }
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
