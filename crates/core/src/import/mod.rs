//! Open cases of another system, read from its list: the list is checked as a whole, every wrong cell is named at once,
//! and nothing is taken over while one is wrong.
//!
//! A list comes as [`Line`]s, whatever file it was in. [`Headings`] finds the columns, [`Mapping`] says what the other
//! system calls things, and [`open_cases`] makes [`OpenCase`]s of the lines. docs/import.md is the page for whoever
//! brings a list.

mod category;
mod cell;
mod columns;
mod fault;
mod headings;
mod line;
mod mapping;
mod open_case;
mod place;
mod states;
mod times;

use std::collections::HashMap;

use chrono::{DateTime, Utc};

pub use cell::{Cell, Line};
pub use columns::Column;
pub use fault::{CellFault, told};
pub use headings::Headings;
pub(crate) use headings::{letters, plain};
pub use mapping::Mapping;
pub use open_case::{Handed, OpenCase};
pub use states::{CLOSED_WORDS, STATE_WORDS};

use crate::place::CoordinateSystem;
use crate::rulebook::Rulebook;
use crate::staff::Level;

/// Longest name of a system, in characters.
const SYSTEM_LIMIT: usize = 40;

/// Where a list comes from, and what its words mean.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// Name of the other system; its numbers are unique within it.
    pub system: &'a str,
    /// Code of the district that takes the cases over.
    pub district: &'a str,
    /// The coordinate system of the list's points.
    pub coordinates: CoordinateSystem,
    pub mapping: &'a Mapping,
}

/// A list that can be taken over.
#[derive(Debug, Clone)]
pub struct List {
    /// The earliest first, so that they are numbered in the order in which they were reported.
    pub cases: Vec<OpenCase>,
    /// Headings of columns that are left out.
    pub left_out: Vec<String>,
}

impl Origin<'_> {
    /// What is wrong with it, in words.
    pub fn faults(&self, rules: &Rulebook) -> Vec<String> {
        let mut faults = Vec::new();
        let length = self.system.trim().chars().count();
        if length == 0 || length > SYSTEM_LIMIT || self.system.chars().any(char::is_control) {
            faults.push(format!("the other system needs a name of at most {SYSTEM_LIMIT} characters"));
        }
        let mut districts = vec![rules.data().district.code.as_str()];
        let regions = rules.plan().regions.iter().filter(|region| region.level == Level::District);
        districts.extend(regions.map(|region| region.code.as_str()));
        if !districts.contains(&self.district) {
            let (district, known) = (self.district, districts.join(", "));
            faults.push(format!(
                "the rules in force are not those of district `{district}`: name one of {known}"
            ));
        }
        faults
    }
}

/// Reads a list. The same lines have the same outcome.
///
/// # Errors
/// Every wrong cell, with its row, its column and what to do.
pub fn open_cases(
    lines: &[Line],
    origin: &Origin<'_>,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> Result<List, Vec<CellFault>> {
    let (headings, below) = Headings::find(lines, origin.mapping)?;
    let mut faults = Vec::new();
    let mut cases: Vec<OpenCase> = Vec::with_capacity(below.len());
    let mut numbers: HashMap<String, u32> = HashMap::new();
    for line in below {
        let row = headings.row(line);
        if let Some(number) = row.text(Column::Number) {
            let before = numbers.get(&number).copied();
            match before {
                Some(before) => {
                    let words = format!("`{number}` stands in row {before} too: a case is listed once");
                    faults.push(row.fault(Column::Number, words));
                }
                None => drop(numbers.insert(number, line.number)),
            }
        }
        match line::read(&row, origin, rules, now) {
            Ok(case) => cases.push(case),
            Err(found) => faults.extend(found),
        }
    }
    if below.is_empty() {
        faults.push(CellFault::of_file("the list has headings and no case below them"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    cases.sort_by_key(|case| (case.opened_at, case.line));
    Ok(List { cases, left_out: headings.left_out })
}
