//! Finding many names in a text at once, and names that contain what somebody types.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};

/// A name found in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'t> {
    /// Position of the name in the list.
    pub name: usize,
    pub text: &'t str,
    /// What stands before and after it.
    pub before: &'t str,
    pub after: &'t str,
}

/// Finds names in texts; longer ones win over shorter ones.
#[derive(Debug)]
pub(super) struct NameFinder(Option<AhoCorasick>);

impl NameFinder {
    /// `names` are normalised; none may be empty.
    pub fn new(names: &[String]) -> Self {
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names).ok();
        Self(finder.filter(|_| !names.is_empty()))
    }

    pub fn in_text<'t>(&self, text: &'t str) -> Vec<Found<'t>> {
        let Some(finder) = &self.0 else { return Vec::new() };
        let found = finder.find_iter(text).filter_map(|hit| {
            Some(Found {
                name: hit.pattern().as_usize(),
                text: text.get(hit.range())?,
                before: text.get(..hit.start())?,
                after: text.get(hit.end()..)?,
            })
        });
        found.collect()
    }
}

/// Names by the pairs of letters they hold, so that of 10⁵ only a few are looked at.
#[derive(Debug, Default)]
pub(super) struct TypeAhead {
    pairs: HashMap<(char, char), Vec<u32>>,
    letters: HashMap<char, Vec<u32>>,
}

impl TypeAhead {
    pub fn new(names: &[String]) -> Self {
        let mut index = Self::default();
        for (position, name) in names.iter().enumerate() {
            let Ok(position) = u32::try_from(position) else { break };
            let note = |list: &mut Vec<u32>| {
                if list.last() != Some(&position) {
                    list.push(position);
                }
            };
            for (letter, next) in name.chars().zip(name.chars().skip(1)) {
                note(index.pairs.entry((letter, next)).or_default());
            }
            for letter in name.chars() {
                note(index.letters.entry(letter).or_default());
            }
        }
        index
    }

    /// Positions of names that may contain `typed`: those that hold its rarest pair of letters.
    pub fn near(&self, typed: &str) -> &[u32] {
        let pairs = typed.chars().zip(typed.chars().skip(1));
        let lists = pairs.map(|pair| self.pairs.get(&pair).map(Vec::as_slice).unwrap_or_default());
        let rarest = lists.min_by_key(|list| list.len());
        let single = || typed.chars().next().and_then(|letter| self.letters.get(&letter)).map(Vec::as_slice);
        rarest.or_else(single).unwrap_or_default()
    }
}
