//! What a plan says about a kind of problem beyond its name and code.

use serde::{Deserialize, Serialize};

use super::CaseKind;
use crate::clock::{Limit, Unit};

/// The three planes (三面) that a road chief looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Plane {
    /// 地面
    #[default]
    Ground,
    /// 立面
    Facade,
    /// 屋面
    Roof,
}

/// Whether a problem is simple (简易) or relatively complex (相对复杂); what a case starts with, not a verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Complexity {
    Simple,
    #[default]
    Complex,
}

impl Complexity {
    /// The name stored and sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Complex => "complex",
        }
    }

    /// The complexity with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Simple, Self::Complex].into_iter().find(|it| it.name() == name)
    }
}

/// 脏、乱、差、污: the four words of 二七区's plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Grime {
    /// 脏
    Dirt,
    /// 乱
    Disorder,
    /// 差
    Decay,
    /// 污
    Pollution,
}

/// The limit that a city's own shorter limits are measured against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReferenceLimit {
    pub amount: u32,
    pub unit: Unit,
    /// Which table it was taken from, in words.
    pub source: String,
}

impl ReferenceLimit {
    pub fn limit(&self) -> Limit {
        Limit::new(self.amount, self.unit)
    }
}

/// A finer kind of a citizen category, as an inspector names it; `kinds.yaml` of a rulebook. What it does not say is
/// as in its citizen category.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Kind {
    pub slug: String,
    /// The citizen category it is a kind of.
    pub of: String,
    pub name: String,
    /// Words in a description that speak for this kind.
    pub keywords: Vec<String>,
    /// Major and minor code, of the code system of the citizen category.
    pub code: String,
    pub case_kind: Option<CaseKind>,
    pub limit: Option<Limit>,
    /// Where the limit comes from; needed when there is one.
    pub limit_source: Option<String>,
    pub plane: Option<Plane>,
    pub complexity: Option<Complexity>,
    pub urgent: Option<bool>,
    pub sudden: Option<bool>,
    pub grime: Option<Grime>,
    pub component: Option<String>,
}
