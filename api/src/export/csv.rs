//! CSV: UTF-8 with a byte-order mark, by which spreadsheet programs know it.

use super::{Cell, Table};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The table as CSV.
///
/// # Errors
/// When rows differ in length.
pub(super) fn write(table: &Table) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(&table.headings)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(field))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => harmless(text),
        Cell::Count(count) => count.to_string(),
        Cell::Share(number) | Cell::Number(number) => number.to_string(),
        Cell::Empty => String::new(),
    }
}

/// A spreadsheet program takes what begins like this for a formula and runs it; people's words must not be one.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
