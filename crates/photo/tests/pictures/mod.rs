//! Access to the shared test pictures.

use std::io::Write;
use std::path::{Path, PathBuf};

use image::{ImageFormat, RgbImage};

/// The folder of pictures, or nothing, said in one line, where the test data is absent.
pub fn images() -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("JIEKOU_TEST_DATA").map_or(shared, PathBuf::from);
    let images = data.join("images");
    if images.is_dir() {
        return Some(images);
    }
    writeln!(std::io::stdout(), "skipped: no pictures in {}", images.display()).unwrap();
    None
}

/// The pixels of a copy.
pub fn pixels(bytes: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).unwrap().into_rgb8()
}
