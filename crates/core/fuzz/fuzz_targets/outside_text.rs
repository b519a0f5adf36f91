//! Every small parser of text from outside: none may panic, and what one reads it must write the same.
#![no_main]

use jiekou_core::case::CaseNumber;
use jiekou_core::dedup::{Fingerprint, Sketch, Vocabulary};
use jiekou_core::report::contact::{parse_email, parse_phone};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{ClaimSecret, TrackingCode};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = Fingerprint::from_bytes(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(code) = TrackingCode::parse(text) {
        assert_eq!(TrackingCode::parse(&code.to_string()), Ok(code));
    }
    if let Some(number) = CaseNumber::parse(text) {
        assert_eq!(CaseNumber::parse(number.as_str()), Some(number));
    }
    let _ = (ClaimSecret::parse(text), parse_email(text), parse_phone(text));
    if let Ok(words) = parse_text("/description", text, 2_000) {
        assert_eq!(parse_text("/description", &words, 2_000), Ok(words.clone()));
        let read = Vocabulary::new(&[], std::iter::empty()).read(&words);
        assert!(Sketch::of(&read).hashes().is_sorted());
    }
});
