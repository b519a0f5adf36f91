//! The code by which a citizen asks after a report: short enough to read out, checked against slips.

use std::fmt::{self, Write};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Digits and capitals without 0, O, 1 and I; a letter's value is its place in the row.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const LENGTH: usize = 12;

/// Twelve letters: eleven of chance (55 bits) and a check letter.
///
/// The letters are read as a polynomial over GF(32) with a root at the generator α, a Reed–Solomon code with one check
/// symbol: their weights α¹¹ … α⁰ are all different, so that every single wrong letter and every two letters that
/// changed places are noticed. Ordered as text; all values are valid codes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TrackingCode([u8; LENGTH]);

/// Why a text is not a tracking code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrackingCodeError {
    #[error("a tracking code has 12 letters and digits")]
    Length,
    /// `position` counts from 1 and leaves out spaces and hyphens.
    #[error("letter {position} does not occur in tracking codes")]
    Letter { position: usize },
    /// Twelve possible letters, at least one of them wrong or out of place.
    #[error("the tracking code has a slip in it")]
    Check,
}

impl TrackingCode {
    /// The code made of the low 55 of these 56 random bits; the caller answers for their quality, because whoever
    /// guesses a code can read the report's progress.
    pub fn from_random(random: [u8; 7]) -> Self {
        let mut bits = random.iter().fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte));
        let mut values = [0; LENGTH];
        for value in values.iter_mut().take(LENGTH - 1) {
            *value = u8::try_from(bits & 31).unwrap_or_default();
            bits >>= 5;
        }
        let check = syndrome(values);
        if let Some(last) = values.last_mut() {
            *last = check;
        }
        Self(values.map(letter))
    }

    /// Reads what a citizen typed: any case, full-width or not, with spaces and hyphens wherever they like.
    ///
    /// # Errors
    /// [`TrackingCodeError`], an unknown letter before a wrong length.
    pub fn parse(text: &str) -> Result<Self, TrackingCodeError> {
        let mut values = [0; LENGTH];
        let mut slots = values.iter_mut();
        for (index, character) in text.chars().filter(|&character| !separates(character)).enumerate() {
            let slot = slots.next().ok_or(TrackingCodeError::Length)?;
            *slot = value(character).ok_or(TrackingCodeError::Letter { position: index + 1 })?;
        }
        if slots.next().is_some() {
            return Err(TrackingCodeError::Length);
        }
        if syndrome(values) != 0 {
            return Err(TrackingCodeError::Check);
        }
        Ok(Self(values.map(letter)))
    }

    /// `XXXX-XXXX-XXXX`, for letters, messages and the screen.
    pub fn grouped(&self) -> String {
        let mut text = String::with_capacity(LENGTH + 2);
        for (index, &byte) in self.0.iter().enumerate() {
            if index > 0 && index % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(byte));
        }
        text
    }
}

/// The polynomial's value at α by Horner's rule; zero for a code without a slip. With the last letter still zero it
/// is the check letter, whose weight is one.
fn syndrome(values: [u8; LENGTH]) -> u8 {
    values.iter().fold(0, |sum, value| times_alpha(sum) ^ value)
}

/// Multiplies by the generator of GF(32) = GF(2)\[α\] / (α⁵ + α² + 1).
const fn times_alpha(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 0b10_0000 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

fn letter(value: u8) -> u8 {
    ALPHABET.get(usize::from(value)).copied().unwrap_or(b'?')
}

fn value(character: char) -> Option<u8> {
    let folded = match character {
        '！'..='～' => char::from_u32(u32::from(character) - u32::from('！') + u32::from('!'))?,
        other => other,
    };
    let byte = u8::try_from(folded.to_ascii_uppercase()).ok()?;
    ALPHABET.iter().position(|&known| known == byte).and_then(|place| u8::try_from(place).ok())
}

/// White space (the ideographic one and pasted zero-width ones too) and every hyphen and dash a keyboard offers.
fn separates(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '-' | '－' | '﹣' | '−' | '\u{2010}'..='\u{2015}' | '\u{200b}' | '\u{feff}')
}

impl fmt::Display for TrackingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|&byte| f.write_char(char::from(byte)))
    }
}

impl fmt::Debug for TrackingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrackingCode({self})")
    }
}

impl FromStr for TrackingCode {
    type Err = TrackingCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for TrackingCode {
    type Error = TrackingCodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<TrackingCode> for String {
    fn from(code: TrackingCode) -> Self {
        code.to_string()
    }
}
