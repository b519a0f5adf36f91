//! Being written.
pub fn small_picture() -> Vec<u8> { Vec::new() }
