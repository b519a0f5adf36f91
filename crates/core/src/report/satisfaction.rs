//! How content a reporter is with what was done (满意度).

use serde::{Deserialize, Serialize};

/// The four answers that hotlines ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Satisfaction {
    /// 不满意
    Dissatisfied,
    /// 理解
    Understanding,
    /// 满意
    Satisfied,
    /// 非常满意
    VerySatisfied,
}

impl Satisfaction {
    pub const ALL: [Self; 4] =
        [Self::Dissatisfied, Self::Understanding, Self::Satisfied, Self::VerySatisfied];

    /// The number it is sent and stored as, from 0.
    pub const fn number(self) -> i16 {
        match self {
            Self::Dissatisfied => 0,
            Self::Understanding => 1,
            Self::Satisfied => 2,
            Self::VerySatisfied => 3,
        }
    }

    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|it| i64::from(it.number()) == number)
    }

    /// Whether it counts for 满意率: whoever only understands is not content.
    pub fn is_content(self) -> bool {
        self >= Self::Satisfied
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_numbers_are_answers_and_two_of_them_are_content() {
        for it in Satisfaction::ALL {
            assert_eq!(Satisfaction::from_number(it.number().into()), Some(it));
            assert_eq!(it.is_content(), it.number() >= 2);
        }
        assert_eq!((Satisfaction::from_number(-1), Satisfaction::from_number(4)), (None, None));
    }
}
