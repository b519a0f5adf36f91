//! A code that stands in for a lost second factor, once.

use std::fmt;

/// Digits and capitals without 0, O, 1 and I.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const LENGTH: usize = 16;

/// How many of them somebody is given.
pub const RECOVERY_CODES: usize = 10;

/// Sixteen letters of chance, 80 bits. Shown once; only a slow hash is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// The code made of the low five bits of each of these random bytes.
    pub fn from_random(random: [u8; LENGTH]) -> Self {
        let letter =
            |byte: u8| ALPHABET.get(usize::from(byte & 31)).map_or('?', |letter| char::from(*letter));
        Self(random.into_iter().map(letter).collect())
    }

    /// Reads what somebody typed: any case, with blanks and hyphens wherever they like. `None` unless it has the form of
    /// a recovery code.
    pub fn parse(text: &str) -> Option<Self> {
        let separates = |c: &char| c.is_whitespace() || *c == '-';
        let code: String = text.chars().filter(|c| !separates(c)).map(|c| c.to_ascii_uppercase()).collect();
        (code.len() == LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte))).then_some(Self(code))
    }

    /// What is hashed.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// `XXXX-XXXX-XXXX-XXXX`, for the one answer that shows it.
    pub fn reveal(&self) -> String {
        let letters: Vec<char> = self.0.chars().collect();
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        groups.join("-")
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_was_shown_or_typed_and_never_printed() {
        let code =
            RecoveryCode::from_random(std::array::from_fn(|place| u8::try_from(place * 37 % 256).unwrap()));
        let shown = code.reveal();
        assert_eq!(shown.len(), 19);
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), shown.replace('-', "")] {
            assert_eq!(RecoveryCode::parse(&typed).as_ref(), Some(&code), "{typed}");
        }
        assert_eq!(format!("{code:?}"), "RecoveryCode(…)");
        for other in ["", "123456", &shown[1..], &format!("{shown}2"), &shown.replace(&shown[..1], "O")] {
            assert!(RecoveryCode::parse(other).is_none(), "{other}");
        }
    }

    #[test]
    fn every_byte_makes_a_letter() {
        for byte in 0..=255 {
            assert!(!RecoveryCode::from_random([byte; LENGTH]).reveal().contains('?'));
        }
    }
}
