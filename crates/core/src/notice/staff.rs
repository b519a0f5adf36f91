//! What people of the plan are told: the default words, which a rulebook's `staff-notices.yaml` may replace act by act.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::words::fill_places;
use crate::rulebook::Rulebook;

/// Words about a step to whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StaffNotice {
    /// The act of the log line.
    pub act: String,
    pub title: String,
    /// Words with places to fill in: `{number}`, `{category}`, `{to}`, `{due}`, `{count}`.
    pub words: String,
}

/// What may stand in the places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaffWords<'a> {
    pub number: &'a str,
    pub category: &'a str,
    pub to: Option<&'a str>,
    pub due: Option<&'a str>,
    pub count: Option<&'a str>,
}

static DEFAULTS: LazyLock<Vec<StaffNotice>> =
    LazyLock::new(|| serde_yaml_ng::from_str(include_str!("staff_notices.yaml")).unwrap_or_default());

impl StaffNotice {
    /// The acts that have words.
    pub fn acts() -> impl Iterator<Item = &'static str> {
        DEFAULTS.iter().map(|notice| notice.act.as_str())
    }

    /// The words about `act` in these rules; `None` where nobody is told of it.
    pub fn of<'a>(act: &str, rules: &'a Rulebook) -> Option<&'a Self> {
        let own = rules.plan().staff_notices.iter().find(|notice| notice.act == act);
        own.or_else(|| DEFAULTS.iter().find(|notice| notice.act == act))
    }

    pub fn fill(&self, words: &StaffWords<'_>) -> String {
        fill_places(
            &self.words,
            &[
                ("{number}", Some(words.number)),
                ("{category}", Some(words.category)),
                ("{to}", words.to),
                ("{due}", words.due),
                ("{count}", words.count),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_words_are_whole_and_leave_out_what_is_not_known() {
        let acts: Vec<&str> = StaffNotice::acts().collect();
        let told = [
            "dispatch",
            "transfer",
            "toEnforcement",
            "assign",
            "whistle",
            "escalate",
            "supervise",
            "return",
            "handedOver",
        ];
        assert_eq!(acts, told);
        let dispatch = DEFAULTS.iter().find(|it| it.act == "dispatch").unwrap();
        let words = StaffWords {
            number: "410103001-1",
            category: "路灯",
            to: Some("区城市管理局"),
            ..StaffWords::default()
        };
        assert_eq!(dispatch.fill(&words), "案件 410103001-1（路灯）已派遣给区城市管理局。");
    }
}
