//! Topics: the numbered tasks of a plan, each with one 牵头单位 and its 责任单位.

use serde::{Deserialize, Serialize};

/// A task; one entry of `topics.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Topic {
    /// The number in the plan, such as `5.1`.
    pub no: String,
    pub name: String,
    pub group: TopicGroup,
    /// Code of the unit that leads, or [`Topic::TOWN`] for the center of the place.
    pub lead: String,
    /// Codes of the units that handle with it; [`Topic::TOWN`] stands for the center of the place (各办事处).
    #[serde(default)]
    pub co_handlers: Vec<String>,
    /// Co-handlers that the plan only describes, in its words.
    #[serde(default)]
    pub others: Vec<String>,
    /// Categories that belong to it; a finer kind wins over its citizen category.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Categories that somebody else of the topic leads.
    #[serde(default)]
    pub leads: Vec<CategoryLead>,
}

/// A lead of its own inside a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CategoryLead {
    pub lead: String,
    pub categories: Vec<String>,
}

/// 四化, and the two groups beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TopicGroup {
    /// 序化
    Order,
    /// 洁化
    Cleanness,
    /// 亮化
    Lighting,
    /// 绿化
    Greening,
    /// 素质
    Conduct,
    /// 专项
    Campaign,
    /// A plan without groups.
    None,
}

impl TopicGroup {
    pub const ALL: [Self; 7] = [
        Self::Order,
        Self::Cleanness,
        Self::Lighting,
        Self::Greening,
        Self::Conduct,
        Self::Campaign,
        Self::None,
    ];

    /// The name stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Cleanness => "cleanness",
            Self::Lighting => "lighting",
            Self::Greening => "greening",
            Self::Conduct => "conduct",
            Self::Campaign => "campaign",
            Self::None => "none",
        }
    }

    /// The group with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }

    /// What people call it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Order => "序化",
            Self::Cleanness => "洁化",
            Self::Lighting => "亮化",
            Self::Greening => "绿化",
            Self::Conduct => "素质",
            Self::Campaign => "专项",
            Self::None => "其他",
        }
    }
}

impl Topic {
    /// In the place of a unit's code: the center that answers for the place.
    pub const TOWN: &str = "town";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_name_is_the_sent_name() {
        for group in TopicGroup::ALL {
            assert_eq!(serde_json::to_value(group).unwrap(), group.name());
            assert_eq!(TopicGroup::from_name(group.name()), Some(group));
        }
    }
}
