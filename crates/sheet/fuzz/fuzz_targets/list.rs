//! Any bytes are lines of a list or refused in words, and no list is larger than allowed.
//!
//! A panic inside `calamine` is caught by the reader and is no finding; libFuzzer's hook would end the run there, so it is
//! taken off first. Whatever else panics still ends it.
#![no_main]

use jiekou_sheet::{MAX_COLUMNS, MAX_LINES, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: drop(std::panic::take_hook()),
    |bytes: &[u8]| {
        match read(bytes) {
            Ok(lines) => {
                assert!(lines.len() <= MAX_LINES);
                assert!(lines.iter().all(|line| line.cells.len() <= MAX_COLUMNS));
                assert!(lines.is_sorted_by(|a, b| a.number < b.number));
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
);
