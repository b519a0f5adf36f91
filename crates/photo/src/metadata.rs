//! EXIF, read leniently: what is damaged counts as absent.

use std::io::Cursor;

use exif::{Exif, In, Reader, Tag};
use image::metadata::Orientation;

use crate::Evidence;

/// What the metadata of a picture is used for.
pub struct Metadata {
    /// How to turn the stored pixels upright.
    pub orientation: Orientation,
    /// What it states about time and place.
    pub evidence: Evidence,
}

/// Reads the EXIF block of a JPEG, PNG or WebP file. Without a readable one the picture is upright and
/// states nothing.
pub fn read(bytes: &[u8]) -> Metadata {
    let exif = Reader::new()
        .continue_on_error(true)
        .read_from_container(&mut Cursor::new(bytes))
        .or_else(|error| error.distill_partial_result(|_| {}));
    exif.map_or_else(
        |_| Metadata { orientation: Orientation::NoTransforms, evidence: Evidence::default() },
        |exif| Metadata { orientation: orientation(&exif), evidence: Evidence::of(&exif) },
    )
}

fn orientation(exif: &Exif) -> Orientation {
    let field = exif.get_field(Tag::Orientation, In::PRIMARY);
    let value = field.and_then(|field| field.value.get_uint(0)).and_then(|value| u8::try_from(value).ok());
    value.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms)
}
