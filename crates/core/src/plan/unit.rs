//! Departments, owners, enforcement teams and authorities outside, each with somebody to call.

use serde::{Deserialize, Serialize};

/// Whom a case can be handed to; one entry of `units.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Unit {
    /// Lower-case letters, digits and hyphens.
    pub code: String,
    pub name: String,
    pub kind: UnitKind,
    /// Codes of the areas it works in; empty: everywhere.
    #[serde(default)]
    pub areas: Vec<String>,
    pub contact: Contact,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnitKind {
    /// 主管部门
    Authority,
    /// 权属单位
    Owner,
    /// 养护单位
    Maintainer,
    /// 执法中队
    Enforcement,
    /// 抢修小分队, 便民服务小分队
    Squad,
    /// 社会第三方: a company that collects (信息采集公司).
    ThirdParty,
    /// An authority outside the jurisdiction, or a neighbouring district.
    Outside,
}

impl UnitKind {
    /// Whether it is a department or an owner, and neither a team of the plan nor somebody outside.
    pub const fn is_department(self) -> bool {
        match self {
            Self::Authority | Self::Owner | Self::Maintainer => true,
            Self::Enforcement | Self::Squad | Self::ThirdParty | Self::Outside => false,
        }
    }
}

/// Who answers for a unit (联系责任人). A post and a way to reach it; names belong to accounts, not to rulebooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Contact {
    pub post: String,
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
}

impl Unit {
    /// How closely it is tied to `areas` of a place, the longest code first; `None` when it does not work there.
    pub fn reach(&self, areas: &[&str]) -> Option<usize> {
        if self.areas.is_empty() {
            return Some(0);
        }
        self.areas.iter().filter(|own| areas.contains(&own.as_str())).map(String::len).max()
    }
}

impl Contact {
    /// Whether somebody can be called.
    pub fn is_reachable(&self) -> bool {
        let given = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        !self.post.trim().is_empty() && (given(&self.phone) || given(&self.email))
    }
}
