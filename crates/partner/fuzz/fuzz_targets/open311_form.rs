//! A posted form: reading it must not panic, and the same bytes are the same form.
#![no_main]

use jiekou_partner::open311::{Form, parse_moment};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(form) = Form::parse(bytes) {
        let _ = (form.get("lat"), form.all("media_url"), form.listed("status"), form.attributes());
        let _ = form.get("start_date").map(parse_moment);
        assert_eq!(Form::parse(bytes).unwrap().hash(), form.hash());
    }
});
