//! Any bytes must give copies or a `PhotoError`, and the copies must be pictures that can be read again.
#![no_main]

use jiekou_photo::{Region, hide, process, thumbnail};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(photo) = process(bytes) else { return };
    let region = Region {
        x: 0.25,
        y: 0.25,
        width: 0.5,
        height: 0.5,
    };
    let hidden = hide(&photo.display, &[region]);
    assert!(hidden.is_ok_and(|hidden| thumbnail(&hidden).is_ok()));
});
