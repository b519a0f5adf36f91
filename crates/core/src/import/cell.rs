//! What a list is made of, whatever file it was in.

use chrono::NaiveDateTime;

/// Spreadsheets keep numbers with 53 bits: above that two numbers of a system may have become one.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A row of a list that has something in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The row as whoever opens the file sees it, counted from 1.
    pub number: u32,
    pub cells: Vec<Cell>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    /// With blanks around it taken off; never empty.
    Text(String),
    Number(f64),
    /// A date or time of a spreadsheet, as its wall clock shows it.
    Moment(NaiveDateTime),
    /// A formula that failed, such as `#N/A`.
    Broken,
}

impl Cell {
    /// A cell with this text.
    pub fn of(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// What it says; `None` where it is empty or broken.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Empty | Self::Broken => None,
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) if number.fract() == 0.0 && number.abs() < EXACT => {
                Some(format!("{number:.0}"))
            }
            Self::Number(number) => Some(number.to_string()),
            Self::Moment(moment) => Some(moment.format("%Y-%m-%d %H:%M:%S").to_string()),
        }
    }

    /// Whether it is a number so long that a spreadsheet has rounded it.
    pub fn is_rounded(&self) -> bool {
        matches!(self, Self::Number(number) if number.abs() >= EXACT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_it_was_typed_and_one_that_was_rounded_is_known() {
        for (cell, text) in [
            (Cell::Number(2_019_121_200_003_003.0), Some("2019121200003003")),
            (Cell::Number(110.0), Some("110")),
            (Cell::Number(113.625), Some("113.625")),
            (Cell::of("  井盖 "), Some("井盖")),
            (Cell::of(" \t"), None),
            (Cell::Broken, None),
        ] {
            assert_eq!(cell.text().as_deref(), text);
        }
        assert!(Cell::Number(20_191_212_000_030_031.0).is_rounded());
        assert!(!Cell::Number(2_019_121_200_003_003.0).is_rounded());
    }
}
