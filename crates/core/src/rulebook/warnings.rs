//! What is not wrong but should be known before a rulebook is put in force.

use chrono::{Datelike, NaiveDate};

use super::fault::Fault;
use super::source::{HEAD, KINDS};
use super::{Rulebook, RulebookData};
use crate::category::codes::{Known, look_up};
use crate::plan::roster;

/// Gaps of the roster told one by one.
const NAMED: usize = 5;

/// Everything worth a word, seen on `today`.
pub fn warnings(data: &RulebookData, today: NaiveDate) -> Vec<Fault> {
    let mut told = Vec::new();
    for year in [today.year(), today.year() + 1] {
        if !data.calendar.covers(year) {
            let words = format!(
                "the holidays of {year} are missing: Monday to Friday are worked then; add them when published"
            );
            told.push(Fault::new("calendar.yaml", None, words));
        }
    }
    if data.schematic {
        told.push(Fault::new(HEAD, None, "areas are a drawing (schematic), not the real boundaries"));
    }
    for category in data.categories.iter().filter(|category| look_up(&category.code) == Known::Unlisted) {
        let file = if category.of.is_some() { KINDS } else { "categories.yaml" };
        let words = format!(
            "code {} of `{}` stands in no public table: compare it with the standard",
            category.code.code, category.slug
        );
        told.push(Fault::new(file, None, words));
    }
    if data.plan.people.is_empty() {
        return told;
    }
    let rules = Rulebook::new(data.clone());
    let gaps = roster::gaps(&rules);
    told.extend(gaps.iter().take(NAMED).map(|gap| {
        let words = format!("`{}` has {} of post `{}` and needs {}", gap.area, gap.has, gap.post, gap.needs);
        Fault::new("people.csv", None, words)
    }));
    if gaps.len() > NAMED {
        let words = format!("and {} more areas and posts do not fit", gaps.len() - NAMED);
        told.push(Fault::new("people.csv", None, words));
    }
    told
}

/// Why a rulebook may not be put in force on `today`: a version never takes effect backwards, for open cases keep the
/// version they were opened under and past deadlines are not computed anew.
pub fn not_in_the_past(data: &RulebookData, today: NaiveDate) -> Option<Fault> {
    let from = data.effective_from.filter(|from| *from < today)?;
    let words =
        format!("`effectiveFrom: {from}` lies in the past: name a day from {today} on, or remove the line");
    Some(Fault::new(HEAD, None, words))
}
