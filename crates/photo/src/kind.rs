//! Names of formats by their first bytes, so that a refusal can say what was sent.

use crate::{Format, PhotoError};

/// First bytes and the name of what they begin. Order matters only where one is the start of another.
const SIGNATURES: [(&[u8], &str); 19] = [
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"%PDF", "PDF"),
    (b"BM", "BMP"),
    (b"\0\0\x01\0", "ICO"),
    (b"8BPS", "PSD"),
    (b"\xFF\x0A", "JPEG XL"),
    (b"\0\0\0\x0CJXL ", "JPEG XL"),
    (b"\0\0\0\x0CjP  ", "JPEG 2000"),
    (b"\xFF\x4F\xFF\x51", "JPEG 2000"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1F\x8B", "gzip"),
    (b"Rar!", "RAR"),
    (b"\x1A\x45\xDF\xA3", "WebM or Matroska video"),
    (b"<?php", "PHP"),
];

/// The format of an accepted picture.
///
/// # Errors
/// [`PhotoError::Unsupported`] naming anything else.
pub fn accepted(bytes: &[u8]) -> Result<Format, PhotoError> {
    if bytes.starts_with(b"\xFF\xD8\xFF") {
        return Ok(Format::Jpeg);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
        return Ok(Format::Png);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Format::WebP);
    }
    Err(PhotoError::Unsupported { kind: name(bytes) })
}

fn name(bytes: &[u8]) -> &'static str {
    if bytes.is_empty() {
        return "an empty file";
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return iso_media(bytes);
    }
    let known = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature));
    known.map_or_else(|| markup(bytes), |(_, name)| name)
}

/// Files of the ISO base media family, by major brand and then by the compatible brands after it.
fn iso_media(bytes: &[u8]) -> &'static str {
    let brands: Vec<&[u8]> = bytes.get(8..64).unwrap_or(bytes).chunks_exact(4).collect();
    let has = |wanted: &[&[u8; 4]]| brands.iter().any(|brand| wanted.iter().any(|name| *brand == *name));
    if has(&[b"avif", b"avis"]) {
        "AVIF"
    } else if has(&[b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"]) {
        "HEIC"
    } else {
        "video"
    }
}

/// SVG, HTML and other markup begin with `<`, perhaps after a byte order mark and white space.
fn markup(bytes: &[u8]) -> &'static str {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let head = start.get(..256).unwrap_or(start).to_ascii_lowercase();
    if !head.starts_with(b"<") {
        return "unknown data";
    }
    if head.windows(4).any(|window| window == b"<svg") { "SVG" } else { "HTML" }
}

#[cfg(test)]
mod tests {
    use super::{accepted, name};
    use crate::Format;

    #[test]
    fn accepts_three_formats_by_content() {
        assert_eq!(accepted(b"\xFF\xD8\xFF\xE0"), Ok(Format::Jpeg));
        assert_eq!(accepted(b"\x89PNG\r\n\x1A\n"), Ok(Format::Png));
        assert_eq!(accepted(b"RIFF\0\0\0\0WEBPVP8 "), Ok(Format::WebP));
        assert!(accepted(b"RIFF\0\0\0\0WAVEfmt ").is_err());
    }

    #[test]
    fn names_what_it_refuses() {
        assert_eq!(name(b""), "an empty file");
        assert_eq!(name(b"GIF89a/*"), "GIF");
        assert_eq!(name(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "HEIC");
        assert_eq!(name(b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif"), "AVIF");
        assert_eq!(name(b"\0\0\0\x18ftypisom\0\0\0\0isomiso2"), "video");
        assert_eq!(name(b"\n<!DOCTYPE html>"), "HTML");
        assert_eq!(name(b"<?xml version='1.0'?><svg>"), "SVG");
        assert_eq!(name(b"%PDF-1.4"), "PDF");
        assert_eq!(name(b"hello"), "unknown data");
    }
}
