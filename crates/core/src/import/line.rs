//! One line of a list becomes a case.

use chrono::{DateTime, Utc};

use super::headings::Row;
use super::states::{Meant, STATE_WORDS, meant};
use super::times::times;
use super::{Cell, CellFault, Column, Handed, OpenCase, Origin, category, place};
use crate::case::State;
use crate::report::Contact;
use crate::report::contact::{parse_email, parse_phone};
use crate::report::text::parse_text;
use crate::report::{FieldCode, FieldError};
use crate::rulebook::Rulebook;

/// What a line was found to be wrong in, once a cell.
pub(super) struct Findings<'a> {
    pub row: &'a Row<'a>,
    faults: Vec<CellFault>,
}

impl Findings<'_> {
    /// Notes the fault of a cell; the first one of a cell says it all.
    pub fn note(&mut self, fault: CellFault) {
        let told = |it: &CellFault| it.column.is_some() && it.column == fault.column;
        if !self.faults.iter().any(told) {
            self.faults.push(fault);
        }
    }

    /// What was read, or its fault noted.
    pub fn keep<T>(&mut self, read: Result<T, CellFault>) -> Option<T> {
        read.map_err(|fault| self.note(fault)).ok()
    }

    /// The text of a cell, at most `limit` characters of it.
    pub fn text(&mut self, column: Column, limit: usize) -> Option<String> {
        let text = self.row.text(column)?.replace("\r\n", "\n").replace('\r', "\n");
        let read =
            parse_text("", &text, limit).map_err(|fault| self.row.fault(column, in_words(&fault, limit)));
        self.keep(read)
    }
}

/// Reads a line.
///
/// # Errors
/// Every wrong cell.
pub(super) fn read(
    row: &Row<'_>,
    origin: &Origin<'_>,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> Result<OpenCase, Vec<CellFault>> {
    let mut found = Findings { row, faults: Vec::new() };
    unreadable(&mut found);
    let number = found.text(Column::Number, 64);
    if number.is_none() {
        found.note(row.fault(Column::Number, "it is empty: without a number a case is not known again"));
    }
    let category = found.keep(category::of(row, origin.mapping, rules));
    let state = found.keep(state(row, origin));
    let times = match times(row, now) {
        Ok(times) => Some(times),
        Err(faults) => {
            faults.into_iter().for_each(|fault| found.note(fault));
            None
        }
    };
    let center = place::center(&mut found, origin, rules);
    let place = place::place(&mut found, origin, center.as_deref(), rules);
    let description = found.text(Column::Description, 4_000);
    let handed = handed(&mut found, origin, rules);
    let urgent = found.keep(urgent(row));
    let source = found.text(Column::Source, 100);
    let note = found.text(Column::Note, 1_000);
    let contact = contact(&mut found);
    match (number, category, state, times, urgent) {
        (Some(number), Some(category), Some(state), Some(times), Some(urgent)) if found.faults.is_empty() => {
            Ok(OpenCase {
                line: row.number(),
                number,
                description: description.unwrap_or_else(|| category.name.clone()),
                category: category.slug.clone(),
                state,
                place,
                center,
                handed,
                urgent,
                opened_at: times.opened_at,
                dispatched_at: times.dispatched_at,
                since: times.since,
                due_at: times.due_at,
                suspended_until: times.suspended_until,
                source,
                note,
                contact,
            })
        }
        _ => Err(found.faults),
    }
}

/// Cells that are there and say nothing that can be trusted.
fn unreadable(found: &mut Findings<'_>) {
    for column in Column::ALL {
        let cell = found.row.cell(column);
        if *cell == Cell::Broken {
            found.note(found.row.fault(column, "its formula has failed: write what it should say"));
        }
        let is_number = matches!(
            column,
            Column::Number | Column::Code | Column::Segment | Column::Component | Column::ContactPhone
        );
        if is_number && cell.is_rounded() {
            let words = "the spreadsheet has rounded this number: export the column as text";
            found.note(found.row.fault(column, words));
        }
    }
}

fn state(row: &Row<'_>, origin: &Origin<'_>) -> Result<State, CellFault> {
    let Some(word) = row.text(Column::State) else {
        return Err(row.fault(Column::State, "it is empty: how does the case stand?"));
    };
    if let Some(state) = origin.mapping.states.get(&word) {
        return Ok(*state);
    }
    match meant(&word) {
        Meant::Open(state) => Ok(state),
        Meant::Over => {
            let words = format!("`{word}` is over, and is not taken over: leave the row out");
            Err(row.fault(Column::State, words))
        }
        Meant::Unknown => {
            let known: Vec<&str> =
                STATE_WORDS.iter().filter_map(|(_, words)| words.first().copied()).collect();
            let words = format!(
                "`{word}` is no state that is known: map it in `states` of --columns, or write one of {}",
                known.join("、")
            );
            Err(row.fault(Column::State, words))
        }
    }
}

fn handed(found: &mut Findings<'_>, origin: &Origin<'_>, rules: &Rulebook) -> Option<Handed> {
    let word = found.text(Column::Unit, 100)?;
    let code = origin.mapping.units.get(&word).unwrap_or(&word);
    let units = &rules.plan().units;
    let unit = units.iter().find(|unit| unit.code == *code || unit.name == word);
    let unit = unit.map(|unit| (unit.code.clone(), unit.name.clone()));
    let center = || {
        let known = place::named_center(code, rules)?;
        Some((known.code, known.name))
    };
    let known = unit.or_else(center);
    Some(known.map_or(Handed::Words(word), |(code, name)| Handed::Unit { code, name }))
}

fn urgent(row: &Row<'_>) -> Result<bool, CellFault> {
    match row.text(Column::Urgency).as_deref() {
        None => Ok(false),
        Some("紧急" | "特急" | "加急" | "是" | "urgent" | "yes" | "true") => Ok(true),
        Some("一般" | "普通" | "正常" | "非紧急" | "否" | "normal" | "no" | "false") => Ok(false),
        Some(other) => Err(row.fault(Column::Urgency, format!("`{other}`: write 紧急 or 一般"))),
    }
}

/// How its reporter is reached. What is wrong with it is told without repeating it.
fn contact(found: &mut Findings<'_>) -> Contact {
    let name = found.text(Column::ContactName, 50);
    let row = found.row;
    let phone = row.text(Column::ContactPhone).and_then(|text| {
        let words = "it is no telephone number: digits with an optional +, 5 to 15 of them";
        found.keep(parse_phone(&text).ok_or_else(|| row.fault(Column::ContactPhone, words)))
    });
    let email = row.text(Column::ContactEmail).and_then(|text| {
        found.keep(
            parse_email(&text).ok_or_else(|| row.fault(Column::ContactEmail, "it is no e-mail address")),
        )
    });
    Contact { name, phone, email, wechat: None }
}

fn in_words(fault: &FieldError, limit: usize) -> String {
    match fault.code {
        FieldCode::TooLong => format!("it is longer than {limit} characters"),
        _ => "it has control characters in it".to_owned(),
    }
}
