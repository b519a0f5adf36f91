//! Lists in text files.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030};
use jiekou_core::import::{Cell, Line};

use crate::{MAX_COLUMNS, MAX_LINES, SheetError};

/// The lines of a text file, numbered as a spreadsheet shows them: a line break inside a cell begins no line.
pub(crate) fn lines(bytes: &[u8]) -> Result<Vec<Line>, SheetError> {
    let text = decoded(bytes)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(&text))
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut count = LineCount::default();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(lines),
            Ok(true) => {}
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                return Err(SheetError::Text { line, words: error.to_string() });
            }
        }
        if record.len() > MAX_COLUMNS {
            return Err(SheetError::TooManyColumns);
        }
        let begins = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or_default();
        let number = count.line_of(text.as_bytes(), begins);
        count.inside += record.iter().map(|cell| line_breaks(cell.as_bytes())).sum::<usize>();
        let cells: Vec<Cell> = record.iter().map(Cell::of).collect();
        if cells.iter().any(|cell| *cell != Cell::Empty) {
            if lines.len() >= MAX_LINES {
                return Err(SheetError::TooManyLines);
            }
            lines.push(Line { number, cells });
        }
    }
}

fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, SheetError> {
    let whole = |(text, had_errors): (Cow<'_, str>, bool)| {
        if had_errors { Err(SheetError::Encoding) } else { Ok(Cow::Owned(text.into_owned())) }
    };
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let behind = bytes.get(mark..).unwrap_or_default();
        return whole(encoding.decode_without_bom_handling(behind));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_other) => whole(GB18030.decode_without_bom_handling(bytes)),
    }
}

/// Counts lines forward. The reader's own count knows no empty line and no line break inside a cell.
#[derive(Default)]
struct LineCount {
    position: usize,
    breaks: usize,
    /// Line breaks inside the cells so far.
    inside: usize,
}

impl LineCount {
    /// The number of the line that begins behind the line breaks at `position`.
    fn line_of(&mut self, bytes: &[u8], position: usize) -> u32 {
        let behind = bytes.get(position..).unwrap_or_default();
        let begins = position + behind.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.breaks += line_breaks(bytes.get(self.position..begins).unwrap_or_default());
        self.position = begins;
        u32::try_from((self.breaks + 1).saturating_sub(self.inside)).unwrap_or(u32::MAX)
    }
}

/// Line breaks as CRLF, LF or CR.
fn line_breaks(bytes: &[u8]) -> usize {
    let next = bytes.iter().skip(1).map(Some).chain([None]);
    let ends = |(byte, next): (&u8, Option<&u8>)| *byte == b'\n' || *byte == b'\r' && next != Some(&b'\n');
    bytes.iter().zip(next).filter(|(byte, next)| ends((byte, *next))).count()
}

/// A tab where the first line has more of them than commas.
fn separator(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |byte: u8| first.bytes().filter(|it| *it == byte).count();
    if count(b'\t') > count(b',') { b'\t' } else { b',' }
}
