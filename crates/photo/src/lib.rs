//! Photographs of reports: what a file is, what it says about when and where it was taken, and the
//! copies made of it that are safe to keep and to show.
//!
//! The crate is pure and synchronous: bytes in, result out, no clock, no files, no threads. Callers that
//! serve requests run [`process`] on a thread meant for blocking work.
//!
//! # What leaves
//! Only pixels decoded here and encoded again. EXIF, XMP, ICC profiles, comments, thumbnails inside the
//! file and anything appended to it (a ZIP archive, a script) stay behind. Colours are taken as sRGB; CMYK is
//! converted by the plain formula.
//!
//! # What is refused
//! Files over [`MAX_BYTES`], pictures over [`MAX_PIXELS`] (read from the header, before any decoding),
//! formats other than JPEG, PNG and WebP, and pictures that do not decode in full. "In full" is what the
//! strict decoder can tell: a JPEG whose data ends, or turns to nonsense, before its last row of blocks is
//! [`PhotoError::Broken`]; one that lacks only its end marker is complete. PNG and WebP must be whole and
//! their checksums right. Damaged metadata never refuses a picture.
//!
//! # Memory
//! The largest decode is a 50-megapixel picture: 150 MB as RGB. A PNG or WebP with alpha or 16-bit samples
//! may take up to 256 MiB more while it is flattened (beyond that it is `TooManyPixels`), a progressive
//! JPEG up to 400 MB for its coefficients. A 12-megapixel photograph takes 40 MB.
//!
//! # Speed
//! On one core, 12-megapixel JPEGs: 11.2 photos/s, 1.95 times `vipsthumbnail` 8.14 (5.7 photos/s) making the
//! same two copies. Per folder, five rounds each, AMD EPYC with AVX2:
//!
//! ```text
//! taskset -c 1 target/release/examples/batch in out
//! VIPS_CONCURRENCY=1 taskset -c 1 vipsthumbnail --size 1600x1600 -o 'out/%s_d.jpg[Q=82,strip]' in/*.jpg
//! VIPS_CONCURRENCY=1 taskset -c 1 vipsthumbnail --size 320x320 -o 'out/%s_t.jpg[Q=82,strip]' in/*.jpg
//! ```
//!
//! The gain is that one decode serves both copies and the hash, and that resizing and encoding use SIMD. Of a
//! photo's 89 ms, 54 are `zune-jpeg`, 11 the resize, 14 the encoder and 3 what the picture is recognised by. `jpeg-decoder`, decoding to half
//! size in the DCT, took 44 ms and would leave 4 for the resize, but it starts a thread per component
//! and picture, which costs small pictures more than it saves, and the `image` crate gave it up for `zune-jpeg`.
#![forbid(unsafe_code)]

mod decode;
mod encode;
mod error;
mod evidence;
mod header;
mod hide;
mod jpeg_segments;
mod kind;
mod look;
mod marks;
mod metadata;
mod perceptual_hash;
mod process;
mod shrink;

pub use error::PhotoError;
pub use evidence::Evidence;
pub use header::{Format, Header, inspect};
pub use hide::{Region, hide};
pub use look::{Look, look};
pub use process::{Processed, process, thumbnail};

/// Largest accepted file, in bytes (10 MiB).
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// Largest accepted picture, in pixels (width × height as stored).
pub const MAX_PIXELS: u64 = 50_000_000;
