//! A rulebook of any text is read or refused with words, never with a panic.
#![no_main]

use jiekou_core::rulebook::source::{FILES, read};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut parts = text.split('\u{0}');
    let files = FILES.iter().map(|file| ((*file).to_owned(), parts.next().unwrap_or_default().to_owned()));
    if let Err(faults) = read(&files.collect()) {
        assert!(!faults.is_empty());
    }
});
