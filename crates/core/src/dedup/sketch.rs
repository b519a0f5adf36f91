//! A small summary of a text by which its likeness to another can be told.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::words::Words;

/// Most shingles kept of a text.
const SKETCH_SIZE: usize = 48;

/// The smallest hashes of a text's character bigrams (a bottom-k sketch, Broder 1997): texts of up to 49 characters
/// are kept whole, longer ones as a fair sample of 48.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sketch(Vec<u32>);

impl Sketch {
    pub fn of(words: &Words) -> Self {
        let bigrams: BTreeSet<u32> = words.bigrams().map(|(a, b)| fnv32([a, b].into_iter())).collect();
        Self(bigrams.into_iter().take(SKETCH_SIZE).collect())
    }

    /// The hashes, sorted.
    pub fn hashes(&self) -> &[u32] {
        &self.0
    }

    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How much the shorter of two texts has to tell, 0 to 1.
    pub fn telling(&self, other: &Self) -> f64 {
        share(self.0.len().min(other.0.len()), SKETCH_SIZE)
    }

    /// A sketch from its stored hashes.
    pub fn from_hashes(mut hashes: Vec<u32>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(SKETCH_SIZE);
        Self(hashes)
    }

    /// The share of this text's bigrams that the other has too, 0 to 1: how far the beginning of a text is found in a
    /// whole one. Exact where the other text has at most 49 characters.
    pub fn share_in(&self, other: &Self) -> f64 {
        let shared = self.0.iter().filter(|hash| other.0.binary_search(hash).is_ok()).count();
        share(shared, self.0.len())
    }

    /// The estimated share of bigrams two texts have in common, 0 to 1 (Jaccard); `None` when one has no words. Both
    /// lists are sorted, so that one walk through them is enough.
    pub fn similarity(&self, other: &Self) -> Option<f64> {
        if self.0.is_empty() || other.0.is_empty() {
            return None;
        }
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let (mut shared, mut seen) = (0_usize, 0_usize);
        while seen < SKETCH_SIZE {
            match (left.peek(), right.peek()) {
                (None, None) => break,
                (Some(a), Some(b)) if a == b => {
                    shared += 1;
                    left.next();
                    right.next();
                }
                (Some(a), Some(b)) if a > b => {
                    right.next();
                }
                (Some(_), _) => {
                    left.next();
                }
                (None, Some(_)) => {
                    right.next();
                }
            }
            seen += 1;
        }
        Some(share(shared, seen))
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |n: usize| u32::try_from(n).map_or(f64::MAX, f64::from);
    number(part) / number(whole.max(1))
}

/// FNV-1a over the four bytes of each character.
fn fnv32(letters: impl Iterator<Item = char>) -> u32 {
    let bytes = letters.flat_map(|letter| u32::from(letter).to_le_bytes());
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The same with 64 bits, for whole texts.
pub(super) fn fnv64(letters: impl Iterator<Item = char>) -> u64 {
    let bytes = letters.flat_map(|letter| u32::from(letter).to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::Vocabulary;

    fn sketch(text: &str) -> Sketch {
        Sketch::of(&Vocabulary::new(&[], std::iter::empty()).read(text))
    }

    fn alike(a: &str, b: &str) -> f64 {
        sketch(a).similarity(&sketch(b)).unwrap()
    }

    #[test]
    fn different_problems_share_little() {
        assert!(alike("井盖丢失，车辆无法通行", "烧烤摊占道经营，油烟很大") < 0.1);
        assert!(alike("路灯不亮，晚上看不见", "路灯不亮了，晚上很黑看不见") > 0.4);
        assert_eq!(alike("路灯不亮，晚上看不见", "路灯不亮，晚上看不见"), 1.0);
    }

    #[test]
    fn a_text_without_words_is_like_nothing() {
        assert_eq!(sketch("。").similarity(&sketch("井盖")), None);
    }
}
