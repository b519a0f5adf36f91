//! What another system calls things, where that is not how everybody calls them: the file for `--columns`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{CellFault, Column, Headings};
use crate::case::State;
use crate::category::{Category, CodeSystem};
use crate::rulebook::Rulebook;

/// Names of the other system, and what they are here.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Mapping {
    /// The heading of a column, by the column's name here.
    pub columns: BTreeMap<Column, String>,
    pub states: BTreeMap<String, State>,
    /// Slugs of categories.
    pub categories: BTreeMap<String, String>,
    /// Codes of centers.
    pub centers: BTreeMap<String, String>,
    /// Codes of units.
    pub units: BTreeMap<String, String>,
    /// The table that the list's codes are of; GB/T 30428.2-2013 when left out.
    pub code_system: Option<CodeSystem>,
}

impl Mapping {
    /// Reads one.
    ///
    /// # Errors
    /// Everything that is no mapping, or names what the rulebook does not know.
    pub fn read(text: &str, rules: &Rulebook) -> Result<Self, Vec<String>> {
        let read: Option<Self> = serde_yaml_ng::from_str(text).map_err(|error| vec![error.to_string()])?;
        let mapping = read.unwrap_or_default();
        let faults = mapping.faults(rules);
        if faults.is_empty() { Ok(mapping) } else { Err(faults) }
    }

    fn faults(&self, rules: &Rulebook) -> Vec<String> {
        let unknown = |list: &str, names: &BTreeMap<String, String>, known: &dyn Fn(&str) -> bool| {
            let wrong = names.iter().filter(|(_, ours)| !known(ours));
            let words = wrong.map(|(theirs, ours)| {
                format!("{list}: `{theirs}` is `{ours}`, which the rulebook does not have")
            });
            words.collect::<Vec<String>>()
        };
        let is_category = |slug: &str| rules.category(slug).is_some();
        let is_center = |code: &str| rules.center(code).is_some();
        let is_unit = |code: &str| rules.unit(code).is_some() || rules.center(code).is_some();
        let mut faults = unknown("categories", &self.categories, &is_category);
        faults.extend(unknown("centers", &self.centers, &is_center));
        faults.extend(unknown("units", &self.units, &is_unit));
        let closed = self.states.iter().filter(|(_, state)| !state.takes_reports());
        faults.extend(closed.map(|(theirs, state)| {
            format!("states: `{theirs}` is `{}`, and a closed case is not taken over", state.name())
        }));
        faults
    }

    /// Columns that it names and the list does not have.
    pub(super) fn missing(&self, headings: &Headings, row: u32) -> Vec<CellFault> {
        let missing = self.columns.iter().filter(|(column, _)| !headings.has(**column));
        let fault = |(column, heading): (&Column, &String)| CellFault {
            row: Some(row),
            column: None,
            words: format!(
                "no column has the heading `{heading}`, which --columns names for `{}`",
                column.name()
            ),
        };
        missing.map(fault).collect()
    }

    /// The category that the other system's word stands for.
    pub(super) fn category<'r>(&self, word: &str, rules: &'r Rulebook) -> Option<&'r Category> {
        rules.category(self.categories.get(word)?)
    }
}
