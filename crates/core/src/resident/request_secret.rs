//! What a code sent to a phone belongs to: whoever asked for it is told a secret, and the code is good together with it
//! only: a code that others read on the locked screen, or among forwarded messages, is good for nobody but its asker.

use std::fmt;

/// 128 random bits in hexadecimal digits. It is stored nowhere: it is part of what the hash of the code is made of.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestSecret(String);

impl RequestSecret {
    /// The secret of these random bytes.
    pub fn from_random(random: [u8; 16]) -> Self {
        Self(random.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads what a client gives back; `None` unless it has the form of a secret.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        (text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(Self(text))
    }

    /// The digits, for the answer to whoever asked, and to be hashed.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RequestSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_as_it_was_told_and_never_printed() {
        let secret = RequestSecret::from_random([0xab; 16]);
        assert_eq!(secret.reveal(), "ab".repeat(16));
        assert_eq!(RequestSecret::parse(&format!(" {} ", "AB".repeat(16))).unwrap(), secret);
        assert_eq!(format!("{secret:?}"), "RequestSecret(…)");
        for other in ["", "ab", &"ab".repeat(17), &"xy".repeat(16), &"ａb".repeat(8)] {
            assert!(RequestSecret::parse(other).is_none(), "{other}");
        }
    }
}
