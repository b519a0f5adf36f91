//! The rulebook that the server under test has loaded.

use std::path::Path;

use jiekou_core::rulebook::{RulebookData, source};

/// Reads a rulebook's folder.
pub fn read(folder: &Path) -> RulebookData {
    let file = |name: &&str| {
        let text =
            std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        ((*name).to_owned(), text)
    };
    source::read(&source::FILES.iter().map(file).collect()).unwrap_or_else(|faults| panic!("{faults:?}"))
}
