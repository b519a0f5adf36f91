//! Lists that other systems export, read into lines of cells: CSV, and XLSX as Excel, WPS and libraries write it.
//!
//! The crate is pure and synchronous: bytes in, lines out, no files. What a file is, its first bytes say and not its name.
//!
//! # What is read
//! CSV in UTF-8, UTF-16 with a mark, or GB18030 (what Excel writes in China), separated by commas or tabs. Of a workbook
//! the first sheet; what its formulas came to, not the formulas.
//!
//! # What is refused
//! Files over [`MAX_BYTES`]; workbooks that unpack to more than [`MAX_UNPACKED`], are encrypted or damaged; the old `.xls`;
//! more than [`MAX_LINES`] lines or [`MAX_COLUMNS`] columns. Nothing is allocated for what a file only claims to hold.
#![forbid(unsafe_code)]

mod error;
mod separated;
mod workbook;

pub use error::SheetError;
use jiekou_core::import::Line;

/// Largest file.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Most that a workbook may unpack to.
pub const MAX_UNPACKED: u64 = 512 * 1024 * 1024;
/// Most lines of a list.
pub const MAX_LINES: usize = 200_000;
/// Most columns of a list.
pub const MAX_COLUMNS: usize = 512;

/// The lines of a list that have something in them.
///
/// # Errors
/// When the file is none, or too large.
pub fn read(bytes: &[u8]) -> Result<Vec<Line>, SheetError> {
    if bytes.len() > MAX_BYTES {
        return Err(SheetError::TooLarge);
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] => workbook::lines(bytes),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(SheetError::OldWorkbook),
        _ => separated::lines(bytes),
    }
}
