//! What an order is (工单类型).

use serde::{Deserialize, Serialize};

use super::EnquiryKind;

/// What becomes of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OrderType {
    /// 求助、投诉、举报: a problem, hence a report.
    Report,
    Question,
    Suggestion,
    Praise,
    Proposal,
    Stability,
}

/// The words of the field, as platforms write them.
const WORDS: [(OrderType, &[&str]); 6] = [
    (OrderType::Report, &["求助", "投诉", "举报", "报修", "反映问题", "投诉举报", "非紧急求助"]),
    (OrderType::Question, &["咨询", "政策咨询", "业务咨询"]),
    (OrderType::Suggestion, &["建议", "意见建议", "意见"]),
    (OrderType::Praise, &["表扬", "感谢", "表扬感谢"]),
    (OrderType::Proposal, &["谏言献策", "建言献策", "谏言", "献策"]),
    (OrderType::Stability, &["涉稳", "涉稳信息", "维稳"]),
];

impl OrderType {
    /// What the word of a platform means; `None` for a word nobody knows.
    pub fn meant(word: &str) -> Option<Self> {
        let word = word.trim();
        WORDS.into_iter().find(|(_, words)| words.contains(&word)).map(|(meant, _)| meant)
    }

    /// The kind of enquiry; `None` for a problem.
    pub const fn enquiry(self) -> Option<EnquiryKind> {
        match self {
            Self::Report => None,
            Self::Question => Some(EnquiryKind::Question),
            Self::Suggestion => Some(EnquiryKind::Suggestion),
            Self::Praise => Some(EnquiryKind::Praise),
            Self::Proposal => Some(EnquiryKind::Proposal),
            Self::Stability => Some(EnquiryKind::Stability),
        }
    }

    /// The name stored.
    pub const fn name(self) -> &'static str {
        match self.enquiry() {
            None => "report",
            Some(kind) => kind.name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_problems_become_reports() {
        for (word, name) in [
            ("投诉", "report"),
            ("求助", "report"),
            ("举报", "report"),
            (" 咨询 ", "question"),
            ("建议", "suggestion"),
            ("表扬", "praise"),
            ("谏言献策", "proposal"),
            ("涉稳", "stability"),
        ] {
            assert_eq!(OrderType::meant(word).map(OrderType::name), Some(name), "{word}");
        }
        assert_eq!(OrderType::meant("其他"), None);
    }
}
