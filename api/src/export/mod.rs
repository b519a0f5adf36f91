//! Tables that leave Jiekou as files: one shape, written as CSV or as a workbook.

mod csv;
mod xlsx;

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use jiekou_core::report::{FieldCode, FieldError};

use crate::problem::{Kind, Problem};

/// A table with a heading for each column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Name of the sheet and, with an ending, of the file.
    pub name: String,
    pub headings: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// What stands in one field of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Count(i64),
    /// A rate from 0 to 1.
    Share(f64),
    /// A number with decimals.
    Number(f64),
    Empty,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Json,
    Csv,
    Xlsx,
}

impl Format {
    /// The format that `format` of a query names; JSON without one.
    ///
    /// # Errors
    /// A format that nobody writes.
    pub fn parse(text: Option<&str>) -> Result<Self, FieldError> {
        match text {
            None | Some("json") => Ok(Self::Json),
            Some("csv") => Ok(Self::Csv),
            Some("xlsx") => Ok(Self::Xlsx),
            Some(_) => Err(FieldError::new("/format", FieldCode::Unknown, "请填 json、csv 或 xlsx")),
        }
    }
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn share(rate: Option<f64>) -> Self {
        rate.map_or(Self::Empty, Self::Share)
    }
}

/// The table as a file; `None` for JSON, which each endpoint has its own shape for.
///
/// # Errors
/// When a library refuses it.
pub fn file(table: &Table, format: Format) -> Result<Option<HttpResponse>, Problem> {
    let (kind, ending, bytes) = match format {
        Format::Json => return Ok(None),
        Format::Csv => ("text/csv; charset=utf-8", "csv", csv::write(table).map_err(failed)?),
        Format::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
            xlsx::write(table).map_err(failed)?,
        ),
    };
    let name = percent_encoded(&table.name);
    let disposition = format!("attachment; filename=\"export.{ending}\"; filename*=UTF-8''{name}.{ending}");
    Ok(Some(
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, kind))
            .insert_header((CONTENT_DISPOSITION, disposition))
            .body(bytes),
    ))
}

fn failed(error: impl std::error::Error) -> Problem {
    tracing::error!(error.cause = %error, "a table could not be written");
    Kind::Internal.into()
}

/// A file's name as RFC 8187 writes it in a header.
fn percent_encoded(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
