//! Lists of open cases under the shipped rules: what is taken over, and every wrong cell of what is not.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    reason = "an integration test is a test module"
)]

mod clocks;
mod faults;
mod page;
mod taken_over;

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDateTime, Utc};
use jiekou_core::clock::local::instant;
use jiekou_core::import::{Cell, Line, List, Mapping, Origin, open_cases, told};
use jiekou_core::place::CoordinateSystem;
use jiekou_core::rulebook::Rulebook;
use jiekou_core::rulebook::source::{files, read};

fn rules() -> Rulebook {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks/erqi");
    let texts: BTreeMap<String, String> = files()
        .filter_map(|file| Some((file.to_owned(), std::fs::read_to_string(folder.join(file)).ok()?)))
        .collect();
    Rulebook::new(read(&texts).unwrap())
}

fn at(text: &str) -> DateTime<Utc> {
    instant(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
}

fn now() -> DateTime<Utc> {
    at("2026-11-26 12:00")
}

/// The lines of a list written with `|` between its cells.
fn lines(text: &str) -> Vec<Line> {
    let rows = text.trim().lines().zip(1..);
    rows.map(|(row, number)| Line { number, cells: row.split('|').map(Cell::of).collect() }).collect()
}

fn origin(mapping: &Mapping) -> Origin<'_> {
    Origin { system: "数字城管", district: "410103", coordinates: CoordinateSystem::Wgs84, mapping }
}

fn taken(text: &str, mapping: &Mapping) -> List {
    let rules = rules();
    open_cases(&lines(text), &origin(mapping), &rules, now()).map_err(|faults| told(&faults)).unwrap()
}

fn refused(text: &str, mapping: &Mapping) -> Vec<String> {
    let rules = rules();
    told(&open_cases(&lines(text), &origin(mapping), &rules, now()).unwrap_err())
}
