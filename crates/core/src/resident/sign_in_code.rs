//! The code that proves a phone (短信验证码).

use std::fmt;

/// What a code is for: one that was asked for to sign in erases nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePurpose {
    SignIn,
    Erasure,
}

impl CodePurpose {
    /// The name stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "signIn",
            Self::Erasure => "erasure",
        }
    }
}

/// Six digits. Only a keyed hash of them is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInCode(String);

impl SignInCode {
    /// The code of these random bits; no code is likelier than another by more than one in 10¹².
    pub fn from_random(random: u64) -> Self {
        Self(format!("{:06}", random % 1_000_000))
    }

    /// Reads what somebody typed; `None` unless it has the form of a code.
    pub fn parse(text: &str) -> Option<Self> {
        let code: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        (code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())).then_some(Self(code))
    }

    /// The digits, to be hashed, and for the one message that says them.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SignInCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignInCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_was_sent_or_typed_and_never_printed() {
        for (random, code) in [(0, "000000"), (7, "000007"), (999_999, "999999"), (1_000_001, "000001")] {
            assert_eq!(SignInCode::from_random(random).reveal(), code);
        }
        for typed in ["123456", " 123 456 ", "123-456"] {
            assert_eq!(SignInCode::parse(typed).unwrap().reveal(), "123456", "{typed}");
        }
        for other in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert!(SignInCode::parse(other).is_none(), "{other}");
        }
        assert_eq!(format!("{:?}", SignInCode::from_random(1)), "SignInCode(…)");
    }
}
