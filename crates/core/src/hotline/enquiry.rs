//! What people say to a hotline that is no problem of the street.

use serde::{Deserialize, Serialize};

/// The kinds of enquiries (非案件诉求): kept and answered, never made into cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EnquiryKind {
    /// 咨询
    Question,
    /// 建议
    Suggestion,
    /// 表扬
    Praise,
    /// 谏言献策
    Proposal,
    /// 涉稳: a notice on social stability. Never public: not even its author reads it again.
    Stability,
}

impl EnquiryKind {
    pub const ALL: [Self; 5] =
        [Self::Question, Self::Suggestion, Self::Praise, Self::Proposal, Self::Stability];

    /// The name stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Suggestion => "suggestion",
            Self::Praise => "praise",
            Self::Proposal => "proposal",
            Self::Stability => "stability",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether whoever has its code may read it.
    pub const fn is_public(self) -> bool {
        !matches!(self, Self::Stability)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_name_is_the_sent_name_and_stability_is_for_nobody_outside() {
        for kind in EnquiryKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert_eq!(EnquiryKind::from_name(kind.name()), Some(kind));
            assert_eq!(kind.is_public(), kind != EnquiryKind::Stability);
        }
    }
}
