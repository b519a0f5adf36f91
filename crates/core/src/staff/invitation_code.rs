//! The code with which somebody takes an account over.

use std::fmt;
use std::fmt::Write;

use sha2::{Digest, Sha256};

/// 128 random bits, good once. Only its hash is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationCode(String);

impl InvitationCode {
    /// The code of 16 random bytes: 32 hexadecimal letters.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
            // Writing into a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }

    /// A code as somebody presents it; `None` unless it has the right form.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        (text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()))
            .then(|| Self(text.to_ascii_lowercase()))
    }

    /// What is stored. A plain hash is enough: 128 random bits cannot be guessed from it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The code in words, for the one message or answer that tells it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for InvitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_presented_code_is_recognised_in_either_case_and_never_printed() {
        let code = InvitationCode::from_random([0xab; 16]);
        let presented = InvitationCode::parse(&format!(" {} ", code.reveal().to_uppercase())).unwrap();
        assert_eq!(code.hash(), presented.hash());
        assert_eq!(format!("{code:?}"), "InvitationCode(…)");
        for other in ["", "abc", "zz", &"g".repeat(32), &"a".repeat(33)] {
            assert!(InvitationCode::parse(other).is_none(), "{other}");
        }
    }
}
