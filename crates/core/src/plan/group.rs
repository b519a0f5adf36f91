//! Categories that a plan counts together, such as 四乱.

use serde::{Deserialize, Serialize};

/// A named set of categories; one entry of `groups.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CategoryGroup {
    pub slug: String,
    pub name: String,
    pub members: Vec<Member>,
}

/// One member of a group, with all the categories it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Member {
    pub name: String,
    pub categories: Vec<String>,
}

impl CategoryGroup {
    /// The member that `category` belongs to.
    pub fn member_of(&self, category: &crate::category::Category) -> Option<&Member> {
        self.members.iter().find(|member| category.is_one_of(&member.categories))
    }
}
