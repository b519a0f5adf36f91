//! A rulebook of any text is read or refused with words, never with a panic.
#![no_main]

use jiekou_core::rulebook::source::{files, read};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut parts = text.split('\u{0}');
    let texts = files().filter_map(|file| Some((file.to_owned(), parts.next()?.to_owned())));
    if let Err(faults) = read(&texts.collect()) {
        assert!(!faults.is_empty());
    }
});
