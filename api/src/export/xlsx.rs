//! Workbooks for Excel and WPS. Text is written as text, never as a formula.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{Cell, Table};

/// Characters that the name of a sheet may have.
const SHEET_NAME: usize = 31;

/// The table as a workbook of one sheet.
///
/// # Errors
/// More rows or longer words than a sheet takes.
pub(super) fn write(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let (bold, percent) = (Format::new().set_bold(), Format::new().set_num_format("0.00%"));
    let sheet = workbook.add_worksheet();
    let allowed = |character: &char| !"[]:*?/\\'".contains(*character);
    sheet.set_name(table.name.chars().filter(allowed).take(SHEET_NAME).collect::<String>())?;
    for (column, heading) in (0_u16..).zip(&table.headings) {
        sheet.write_string_with_format(0, column, heading, &bold)?;
    }
    for (row, cells) in (1_u32..).zip(&table.rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(text) => sheet.write_string(row, column, text)?,
                // What an i32 cannot hold no table of ours counts.
                Cell::Count(count) => {
                    sheet.write_number(row, column, i32::try_from(*count).unwrap_or(i32::MAX))?
                }
                Cell::Share(share) => sheet.write_number_with_format(row, column, *share, &percent)?,
                Cell::Number(number) => sheet.write_number(row, column, *number)?,
                Cell::Empty => continue,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofit();
    workbook.save_to_buffer()
}
