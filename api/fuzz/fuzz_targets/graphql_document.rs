//! A GraphQL document of any text is measured or refused in time that its length bounds, never with a panic.
#![no_main]

#[path = "../../src/graphql/limits.rs"]
mod limits;

use limits::{Limits, check};

const LIMITS: Limits = Limits { bytes: 16_384, depth: 16, fields: 600, aliases: 30, directives: 30 };

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(measured) = check(text, &LIMITS) {
        let measure = measured.measure;
        assert!(text.len() <= LIMITS.bytes && measure.depth <= LIMITS.depth && measure.fields <= LIMITS.fields);
        assert!(measure.aliases <= LIMITS.aliases && measure.directives <= LIMITS.directives);
        assert!(measure.roots <= measure.fields);
        let _ = measured.only_reads();
    }
});
