//! Words of any kind: scrubbing never panics, and scrubbing again changes nothing.
#![no_main]

use jiekou_core::privacy::scrub;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let shown = scrub(text).into_owned();
    assert_eq!(scrub(&shown), shown.as_str());
});
