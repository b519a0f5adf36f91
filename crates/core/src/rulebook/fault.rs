//! What is wrong with a rulebook, in words for whoever edits it.

use std::fmt;

/// A fault of one file: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub file: String,
    /// Counted from 1; `None` where the fault is of the whole file.
    pub line: Option<usize>,
    pub words: String,
}

impl Fault {
    pub fn new(file: &str, line: Option<usize>, words: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, words: words.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.words),
            None => write!(f, "{}: {}", self.file, self.words),
        }
    }
}

impl std::error::Error for Fault {}

/// The line of the `nth` place (from 0) where `needle` stands in `text` and is not part of a longer word.
pub fn line_of(text: &str, needle: &str, nth: usize) -> Option<usize> {
    let part =
        |character: Option<char>| character.is_some_and(|it| it.is_alphanumeric() || it == '-' || it == '_');
    let whole = |(position, found): &(usize, &str)| {
        let before = text.get(..*position).and_then(|text| text.chars().next_back());
        let after = text.get(position + found.len()..).and_then(|text| text.chars().next());
        !part(before) && !part(after)
    };
    let (position, _) = text.match_indices(needle).filter(whole).nth(nth)?;
    Some(line_at(text, position))
}

/// The line that the byte at `position` stands on.
pub fn line_at(text: &str, position: usize) -> usize {
    1 + text.get(..position).unwrap_or(text).bytes().filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_a_whole_word() {
        let text = "a: road-damage\nb: road\nc: [road, x]\n";
        assert_eq!(line_of(text, "road", 0), Some(2));
        assert_eq!(line_of(text, "road", 1), Some(3));
        assert_eq!(line_of(text, "road", 2), None);
        assert_eq!(Fault::new("a.yaml", Some(3), "no").to_string(), "a.yaml:3: no");
        assert_eq!(Fault::new("a.yaml", None, "no").to_string(), "a.yaml: no");
    }
}
