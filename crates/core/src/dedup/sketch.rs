//! A small summary of a text by which its likeness to another can be told.

use std::collections::BTreeSet;

/// Most shingles kept of a text.
const SKETCH_SIZE: usize = 48;

/// The smallest hashes of a text's character bigrams (a bottom-k sketch, Broder 1997): texts of up to 49 characters
/// are compared exactly, longer ones with a standard error of about 7 %.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sketch(Vec<u32>);

impl Sketch {
    /// The sketch of `text` after normalising: letters and digits only, half width, lower case, every run of digits
    /// as one sign (a house number must not make two reports alike or unlike).
    pub fn of(text: &str) -> Self {
        let letters = normalise(text);
        let bigrams: BTreeSet<u32> =
            letters.windows(2).map(|pair| pair.iter().fold(0x811c_9dc5, mix)).collect();
        Self(bigrams.into_iter().take(SKETCH_SIZE).collect())
    }

    /// The hashes, sorted.
    pub fn hashes(&self) -> &[u32] {
        &self.0
    }

    /// A sketch from its stored hashes.
    pub fn from_hashes(mut hashes: Vec<u32>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(SKETCH_SIZE);
        Self(hashes)
    }

    /// The estimated share of bigrams two texts have in common, 0 to 1 (Jaccard); `None` when one has no words.
    pub fn similarity(&self, other: &Self) -> Option<f64> {
        if self.0.is_empty() || other.0.is_empty() {
            return None;
        }
        let union: BTreeSet<u32> = self.0.iter().chain(&other.0).copied().collect();
        let sample: Vec<u32> = union.into_iter().take(SKETCH_SIZE).collect();
        let shared = sample.iter().filter(|hash| self.0.contains(hash) && other.0.contains(hash)).count();
        Some(share(shared, sample.len()))
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |n: usize| u32::try_from(n).map_or(f64::MAX, f64::from);
    number(part) / number(whole.max(1))
}

/// FNV-1a over the four bytes of a character.
fn mix(hash: u32, letter: &char) -> u32 {
    u32::from(*letter)
        .to_le_bytes()
        .iter()
        .fold(hash, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

fn normalise(text: &str) -> Vec<char> {
    let mut letters = Vec::with_capacity(text.len() / 3);
    for letter in text.chars().map(half_width).flat_map(char::to_lowercase) {
        if letter.is_ascii_digit() {
            if letters.last() != Some(&'#') {
                letters.push('#');
            }
        } else if letter.is_alphanumeric() {
            letters.push(letter);
        }
    }
    letters
}

/// Full-width forms (U+FF01 to U+FF5E) are the ASCII letters shifted by 0xFEE0.
fn half_width(letter: char) -> char {
    match u32::from(letter) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(letter),
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(a: &str, b: &str) -> f64 {
        Sketch::of(a).similarity(&Sketch::of(b)).unwrap()
    }

    #[test]
    fn width_punctuation_and_numbers_do_not_matter() {
        assert_eq!(alike("航海路１２３号，井盖丢失！", "航海路45号 井盖丢失"), 1.0);
    }

    #[test]
    fn different_problems_share_little() {
        assert!(alike("井盖丢失，车辆无法通行", "烧烤摊占道经营，油烟很大") < 0.1);
        assert!(alike("路灯不亮，晚上看不见", "路灯不亮了，晚上很黑看不见") > 0.4);
    }

    #[test]
    fn a_text_without_words_is_like_nothing() {
        assert_eq!(Sketch::of("。").similarity(&Sketch::of("井盖")), None);
    }
}
