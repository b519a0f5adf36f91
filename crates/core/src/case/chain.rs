//! The chain of hashes through a case's log: a line changed, left out or put in breaks it.
//!
//! What people wrote (reason, note, detail) is not in the chain itself but a salted hash of it. The words and their salt
//! can therefore be erased and the chain still holds; without the salt nobody can guess the words from the hash. An
//! erasure is a line of the same log and names the lines it erased, so that nothing is erased unseen.

use std::collections::BTreeSet;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The act of the line that an erasure leaves.
pub const ERASURE: &str = "erased";
/// Lines whose chain covers the words themselves: those of before there was erasure.
pub const PLAIN: i16 = 1;
/// Lines whose chain covers a salted hash of the words.
pub const SALTED: i16 = 2;

/// What stands between the parts of a line.
const SEPARATOR: &str = "\u{1f}";

/// A line of the log as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// [`PLAIN`] or [`SALTED`].
    pub format: i16,
    pub seq: i32,
    /// Microseconds since 1970.
    pub at: i64,
    pub act: String,
    pub actor_kind: String,
    pub actor: Option<String>,
    pub from_state: Option<String>,
    pub to_state: Option<String>,
    pub report_id: Option<String>,
    pub words: Words,
    /// Only of [`SALTED`] lines that have words.
    pub salt: Option<Vec<u8>>,
    pub words_hash: Option<Vec<u8>>,
    pub is_erased: bool,
    pub hash: Vec<u8>,
}

/// What somebody wrote with a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    pub reason: Option<String>,
    pub note: Option<String>,
    /// JSON in the database's own writing.
    pub detail: Option<String>,
}

/// Where a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// The first line that is wrong; for a log cut short, the line that is missing.
    pub seq: i32,
    pub fault: Fault,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A line is missing, or one too many is there.
    Sequence,
    /// The line is not what it was when it was written, or not in its place.
    Line,
    /// The words are not those that were written.
    Words,
    /// The words are gone, and no erasure names the line.
    ErasedUnseen,
    /// The case knows another last line.
    Head,
    /// The line has a format that is not known.
    Format,
}

impl Fault {
    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Sequence => "a line is missing or one too many",
            Self::Line => "the line was changed",
            Self::Words => "the words of the line were changed",
            Self::ErasedUnseen => "the words of the line are gone, and no erasure names it",
            Self::Head => "the case knows another last line",
            Self::Format => "the line has an unknown format",
        }
    }
}

impl Words {
    fn is_empty(&self) -> bool {
        self.reason.is_none() && self.note.is_none() && self.detail.is_none()
    }

    /// SHA-256 over the salt and the words, each with its length before it, so that no word can move to its neighbour.
    pub fn hash(&self, salt: &[u8]) -> [u8; 32] {
        let part = |word: &Option<String>| {
            word.as_ref().map_or_else(|| "-".to_owned(), |word| format!("{}:{word}", word.len()))
        };
        let parts = [part(&self.reason), part(&self.note), part(&self.detail)];
        Sha256::new().chain_update(salt).chain_update(parts.join(SEPARATOR)).finalize().into()
    }
}

impl Line {
    /// The hash that the line must have behind the one before it (empty for the first).
    pub fn link(&self, previous: &[u8]) -> Option<[u8; 32]> {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let hex = |bytes: &Option<Vec<u8>>| {
            bytes.iter().flatten().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        let begin = [self.seq.to_string(), self.at.to_string(), self.act.clone(), self.actor_kind.clone()];
        let middle = [text(&self.actor), text(&self.from_state), text(&self.to_state)];
        let parts: Vec<String> = match self.format {
            PLAIN => {
                let words = [text(&self.words.reason), text(&self.words.note), text(&self.words.detail)];
                begin.into_iter().chain(middle).chain(words).chain([text(&self.report_id)]).collect()
            }
            SALTED => ["2".to_owned()]
                .into_iter()
                .chain(begin)
                .chain(middle)
                .chain([hex(&self.words_hash), text(&self.report_id)])
                .collect(),
            _ => return None,
        };
        Some(Sha256::new().chain_update(previous).chain_update(parts.join(SEPARATOR)).finalize().into())
    }

    fn fault(&self, previous: &[u8]) -> Option<Fault> {
        // Of an erased plain line nothing but its place can be known; an erasure must name it.
        let is_unknowable = self.format == PLAIN && self.is_erased;
        match self.link(previous) {
            None => return Some(Fault::Format),
            Some(due) if due.as_slice() != self.hash && !is_unknowable => return Some(Fault::Line),
            Some(_) => {}
        }
        if self.format == PLAIN || self.is_erased {
            let leaves_words = self.is_erased && (!self.words.is_empty() || self.salt.is_some());
            return leaves_words.then_some(Fault::Words);
        }
        let holds = match (&self.salt, &self.words_hash) {
            (Some(salt), Some(hash)) => self.words.hash(salt).as_slice() == hash,
            (None, None) => self.words.is_empty(),
            _ => false,
        };
        (!holds).then_some(Fault::Words)
    }

    /// The lines that an erasure names.
    fn erases(&self) -> BTreeSet<i32> {
        let detail = self.words.detail.as_deref().filter(|_| self.act == ERASURE);
        let detail: Option<Value> = detail.and_then(|detail| serde_json::from_str(detail).ok());
        let lines = detail.as_ref().and_then(|detail| detail.get("lines")?.as_array());
        let lines = lines.into_iter().flatten().filter_map(|seq| i32::try_from(seq.as_i64()?).ok());
        lines.filter(|seq| *seq < self.seq).collect()
    }
}

/// Whether the chain of a case holds; `lines` in order, `head` and `last` as the case knows them.
///
/// # Errors
/// The first [`Break`].
pub fn verify(lines: &[Line], head: &[u8], last: i32) -> Result<(), Break> {
    let mut previous: &[u8] = &[];
    let mut due = 1;
    for line in lines {
        if line.seq != due {
            return Err(Break { seq: due, fault: Fault::Sequence });
        }
        if let Some(fault) = line.fault(previous) {
            return Err(Break { seq: line.seq, fault });
        }
        previous = &line.hash;
        due += 1;
    }
    let named: BTreeSet<i32> = lines.iter().flat_map(Line::erases).collect();
    if let Some(unseen) = lines.iter().find(|line| line.is_erased && !named.contains(&line.seq)) {
        return Err(Break { seq: unseen.seq, fault: Fault::ErasedUnseen });
    }
    if due - 1 < last {
        return Err(Break { seq: due, fault: Fault::Sequence });
    }
    if due - 1 != last || previous != head {
        return Err(Break { seq: due - 1, fault: Fault::Head });
    }
    Ok(())
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
