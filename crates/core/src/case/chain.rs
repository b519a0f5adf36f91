//! The chain of hashes through a case's log: a line changed afterwards breaks every hash after it.

use sha2::{Digest, Sha256};

/// The hash of a log line: SHA-256 over the hash of the line before (empty for the first) and the line's own words,
/// joined by the unit separator U+001F. The store computes the same when it appends; this one checks.
pub fn link(previous: &[u8], words: &[&str]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(words.join("\u{1f}").as_bytes());
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_word_or_an_exchanged_line_changes_the_hash() {
        let first = link(&[], &["1", "received"]);
        assert_ne!(link(&first, &["2", "accept"]), link(&[], &["2", "accept"]));
        assert_ne!(link(&first, &["2", "accept"]), link(&first, &["2", "reject"]));
        assert_ne!(link(&[], &["ab", "c"]), link(&[], &["a", "bc"]));
    }
}
