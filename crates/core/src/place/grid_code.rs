//! Codes that are digits with a meaning: unit grids and components.

use serde::{Deserialize, Serialize};

use crate::category::CodeSystem;

/// 单元网格: six digits of the district, three of the town, three of the community, then a serial of three digits
/// (15, as in Beijing) or two (14, as in CJ/T 213).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UnitGridCode(String);

/// 部件标识码: sixteen digits that the two generations cut differently.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ComponentCode {
    pub system: CodeSystem,
    digits: String,
}

/// Why digits are no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {what}: it has {expected} digits")]
pub struct CodeError {
    text: String,
    what: &'static str,
    expected: &'static str,
}

impl UnitGridCode {
    /// # Errors
    /// Unless it is 14 or 15 digits.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        if matches!(text.len(), 14 | 15) && is_digits(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(CodeError { text: text.to_owned(), what: "unit grid", expected: "14 or 15" })
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Nine digits.
    pub fn town(&self) -> &str {
        self.0.get(..9).unwrap_or_default()
    }

    /// Twelve digits.
    pub fn community(&self) -> &str {
        self.0.get(..12).unwrap_or_default()
    }

    /// The number within the community, from west to east and north to south.
    pub fn serial(&self) -> &str {
        self.0.get(12..).unwrap_or_default()
    }
}

impl TryFrom<String> for UnitGridCode {
    type Error = CodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<UnitGridCode> for String {
    fn from(code: UnitGridCode) -> Self {
        code.0
    }
}

impl ComponentCode {
    /// # Errors
    /// Unless it is 16 digits.
    pub fn parse(system: CodeSystem, text: &str) -> Result<Self, CodeError> {
        if text.len() == 16 && is_digits(text) {
            Ok(Self { system, digits: text.to_owned() })
        } else {
            Err(CodeError { text: text.to_owned(), what: "component", expected: "16" })
        }
    }

    pub fn as_str(&self) -> &str {
        &self.digits
    }

    /// Six digits.
    pub fn district(&self) -> &str {
        self.digits.get(..6).unwrap_or_default()
    }

    /// Two digits.
    pub fn major(&self) -> &str {
        self.digits.get(6..8).unwrap_or_default()
    }

    /// Two digits in the tables of 2007 and 2013; the same sixteen digits never mean the same in both.
    pub fn minor(&self) -> &str {
        self.digits.get(8..10).unwrap_or_default()
    }

    /// Six digits.
    pub fn serial(&self) -> &str {
        self.digits.get(10..).unwrap_or_default()
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_of_both_lengths_keep_their_parts() {
        for (text, serial) in [("110101001001007", "007"), ("11010100100107", "07")] {
            let code = UnitGridCode::parse(text).unwrap();
            assert_eq!((code.town(), code.community(), code.serial()), ("110101001", "110101001001", serial));
        }
        for wrong in
            ["", "1101010010010", "1101010010010071", "11010100100100a", "１１０１０１００１００１００"]
        {
            assert!(UnitGridCode::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_component_is_cut_by_its_system() {
        let code = ComponentCode::parse(CodeSystem::Cjt214, "3205080101000001").unwrap();
        assert_eq!(
            (code.district(), code.major(), code.minor(), code.serial()),
            ("320508", "01", "01", "000001")
        );
        assert!(ComponentCode::parse(CodeSystem::Gbt30428, "320508010100001").is_err());
    }
}
