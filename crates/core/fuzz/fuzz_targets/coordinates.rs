//! A position as somebody writes it in JSON: none may panic, and one that is taken lies in China and comes back.
//! `tests/coordinates.rs` replays the corpus on stable.
#![no_main]

use jiekou_core::place::DeclaredPoint;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(declared) = serde_json::from_slice::<DeclaredPoint>(bytes) else { return };
    let Ok(point) = declared.to_wgs84() else { return };
    assert!(point.in_china());
    for there in [point.to_gcj02(), point.to_bd09()] {
        let back = there.to_wgs84();
        // Only what is shifted over the border of the box does not come back.
        assert!(back.is_err() || back.is_ok_and(|back| back.distance_meters(point) < 0.01));
    }
});
