//! Why a file is no list.

use thiserror::Error;

use crate::{MAX_BYTES, MAX_COLUMNS, MAX_LINES, MAX_UNPACKED};

/// What is wrong with the file as a whole, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SheetError {
    #[error("the file is larger than {} MB: split it", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    #[error("the workbook unpacks to more than {} MB: save it as CSV, or split it", MAX_UNPACKED / 1024 / 1024)]
    UnpacksTooLarge,
    #[error("the list has more than {MAX_LINES} lines: split it")]
    TooManyLines,
    #[error("the list has more than {MAX_COLUMNS} columns: take out what is not needed")]
    TooManyColumns,
    /// Also one with a password: both are kept in the same container.
    #[error(
        "it is a workbook of the old kind (.xls), or one with a password: save it as .xlsx without one, or as CSV"
    )]
    OldWorkbook,
    #[error("the workbook is damaged: open it and save it again")]
    DamagedWorkbook,
    #[error("the workbook has no sheet")]
    NoSheet,
    #[error("the text is neither UTF-8 nor GB18030: save it as CSV UTF-8")]
    Encoding,
    #[error("line {line} cannot be read: {words}")]
    Text { line: u64, words: String },
}
