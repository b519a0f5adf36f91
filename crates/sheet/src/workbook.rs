//! Lists in workbooks (ECMA-376, `.xlsx`).
//!
//! `calamine` reads them. It believes what a file says of itself and counts without looking for overflow, so three things
//! are done around it: every part is unpacked once to see how large it is, the number of strings that the file announces
//! is checked against their text, and a panic is an answer of the file's making.

use std::io::{self, Cursor, Read};
use std::panic::catch_unwind;

use calamine::{DataRef, Reader, Xlsx};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use jiekou_core::import::{Cell, Line};
use zip::ZipArchive;

use crate::{MAX_COLUMNS, MAX_LINES, MAX_UNPACKED, SheetError};

/// The lines of the first sheet.
pub(crate) fn lines(bytes: &[u8]) -> Result<Vec<Line>, SheetError> {
    catch_unwind(|| {
        look_into(bytes)?;
        first_sheet(bytes)
    })
    .unwrap_or(Err(SheetError::DamagedWorkbook))
}

/// Whether it can be unpacked, and holds what it says it holds.
fn look_into(bytes: &[u8]) -> Result<(), SheetError> {
    let damaged = |_: &dyn std::error::Error| SheetError::DamagedWorkbook;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut room = MAX_UNPACKED;
    for position in 0..archive.len() {
        let mut part = archive.by_index(position).map_err(|error| damaged(&error))?;
        let is_strings =
            part.name().map_err(|error| damaged(&error))?.to_lowercase().ends_with("sharedstrings.xml");
        let mut limited = part.by_ref().take(room.saturating_add(1));
        let size = if is_strings {
            let mut text = Vec::new();
            limited.read_to_end(&mut text).map_err(|error| damaged(&error))?;
            if announced(&text).is_some_and(|count| count > text.len()) {
                return Err(SheetError::DamagedWorkbook);
            }
            u64::try_from(text.len()).unwrap_or(u64::MAX)
        } else {
            io::copy(&mut limited, &mut io::sink()).map_err(|error| damaged(&error))?
        };
        room = room.checked_sub(size).ok_or(SheetError::UnpacksTooLarge)?;
    }
    Ok(())
}

/// The number of strings that the table says it has, as far as digits follow the word; the largest number if more follow
/// than fit.
fn announced(text: &[u8]) -> Option<usize> {
    const WORD: &[u8] = b"uniqueCount";
    let at = text.windows(WORD.len()).position(|window| window == WORD)?;
    let behind = text.get(at + WORD.len()..)?.iter().skip_while(|byte| !byte.is_ascii_digit());
    let digits: String =
        behind.take_while(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)).collect();
    Some(digits.parse().unwrap_or(usize::MAX))
}

fn first_sheet(bytes: &[u8]) -> Result<Vec<Line>, SheetError> {
    let mut workbook =
        Xlsx::new(Cursor::new(bytes)).map_err(|_told_as_damaged| SheetError::DamagedWorkbook)?;
    let name = workbook.sheet_names().into_iter().next().ok_or(SheetError::NoSheet)?;
    let mut reader =
        workbook.worksheet_cells_reader(&name).map_err(|_told_as_damaged| SheetError::DamagedWorkbook)?;
    let mut lines: Vec<Line> = Vec::new();
    // Cell by cell: a sheet is as large as what is in it, whatever corner it names.
    while let Some(found) = reader.next_cell().map_err(|_told_as_damaged| SheetError::DamagedWorkbook)? {
        let (row, column) = found.get_position();
        let cell = cell(found.get_value());
        if cell == Cell::Empty {
            continue;
        }
        let position = usize::try_from(column).unwrap_or(usize::MAX);
        if position >= MAX_COLUMNS {
            return Err(SheetError::TooManyColumns);
        }
        let number = row.saturating_add(1);
        if lines.last().is_none_or(|line| line.number < number) {
            if lines.len() >= MAX_LINES {
                return Err(SheetError::TooManyLines);
            }
            lines.push(Line { number, cells: Vec::new() });
        }
        // Rows and cells come in order; a file in which they do not is no workbook's.
        let line = lines.last_mut().filter(|line| line.number == number && line.cells.len() <= position);
        let Some(line) = line else { return Err(SheetError::DamagedWorkbook) };
        line.cells.resize(position, Cell::Empty);
        line.cells.push(cell);
    }
    Ok(lines)
}

fn cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => Cell::of(text),
        DataRef::SharedString(text) => Cell::of(text),
        DataRef::Int(number) => Cell::of(&number.to_string()),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(yes) => Cell::of(if *yes { "true" } else { "false" }),
        DataRef::DateTime(date) if date.is_datetime() => moment(date).map_or(Cell::Broken, Cell::Moment),
        DataRef::DateTime(duration) => Cell::Number(duration.as_f64()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::of(text),
        DataRef::Error(_) => Cell::Broken,
    }
}

/// To the second: a spreadsheet keeps a time as a part of a day, which is never quite it.
fn moment(date: &calamine::ExcelDateTime) -> Option<NaiveDateTime> {
    let (year, month, day, hour, minute, second, milli) = date.to_ymd_hms_milli();
    let moment = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))?.and_hms_opt(
        u32::from(hour),
        u32::from(minute),
        u32::from(second),
    )?;
    moment.checked_add_signed(TimeDelta::seconds(i64::from(milli >= 500)))
}
