//! Which category a list means: by its own word, by name, or by the code of the standard.

use super::headings::Row;
use super::{Cell, CellFault, Column, Mapping};
use crate::category::codes::{Known, look_up};
use crate::category::{CaseKind, Category, CodeSystem, StandardCode, suggest};
use crate::rulebook::Rulebook;

/// The category of a line.
///
/// # Errors
/// The cell that says nothing, or something nobody knows.
pub(super) fn of<'r>(
    row: &Row<'_>,
    mapping: &Mapping,
    rules: &'r Rulebook,
) -> Result<&'r Category, CellFault> {
    let word = row.text(Column::Category);
    let code = code_of(row);
    let kind = kind_of(row);
    let by_word = word.as_deref().and_then(|word| by_word(word, kind, mapping, rules));
    let by_code = match &code {
        Some(code) => by_code(code, kind, mapping, rules),
        None => Vec::new(),
    };
    match (by_word, by_code.as_slice()) {
        (Some(named), []) => Ok(named),
        // The word may be finer or broader than the code; both must be of one citizen category.
        (Some(named), coded) if coded.iter().any(|it| it.citizen() == named.citizen()) => Ok(named),
        (Some(named), [coded, ..]) => {
            let words = format!(
                "it says {} ({}), and the code is that of {} ({}): correct one of them",
                named.name, named.slug, coded.name, coded.slug
            );
            Err(row.fault(Column::Code, words))
        }
        (None, [only]) => Ok(only),
        (None, []) => Err(nobody_knows(row, word.as_deref(), code.as_deref(), rules)),
        (None, several) => {
            let names: Vec<String> = several.iter().map(|it| format!("{} ({})", it.name, it.slug)).collect();
            let words = format!(
                "`{}` can be {}: say 部件 or 事件 in a column of its own, or name the category",
                code.unwrap_or_default(),
                names.join(" or ")
            );
            Err(row.fault(Column::Code, words))
        }
    }
}

fn nobody_knows(row: &Row<'_>, word: Option<&str>, code: Option<&str>, rules: &Rulebook) -> CellFault {
    match (word, code) {
        (None, None) => row.fault(Column::Category, "it is empty: every case needs a category or a code"),
        (None, Some(code)) => {
            row.fault(Column::Code, format!("no category of the rulebook has the code `{code}`"))
        }
        (Some(word), _) => {
            let near = suggest(&rules.data().categories, word);
            let near = near.map(|it| format!("; it may be {} ({})", it.name, it.slug)).unwrap_or_default();
            let words =
                format!("`{word}` is no category of the rulebook: map it in `categories` of --columns{near}");
            row.fault(Column::Category, words)
        }
    }
}

fn by_word<'r>(
    word: &str,
    kind: Option<CaseKind>,
    mapping: &Mapping,
    rules: &'r Rulebook,
) -> Option<&'r Category> {
    let categories = &rules.data().categories;
    let named = || categories.iter().find(|it| it.slug == word || it.name == word);
    // The name of the standard, where only one category has it.
    let standard = || {
        let fits = |it: &&Category| {
            let same_kind = kind.is_none_or(|kind| it.code.kind == kind);
            same_kind && matches!(look_up(&it.code), Known::Standard(name) if name == word)
        };
        match one_citizen(categories.iter().filter(fits).collect()).as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    };
    mapping.category(word, rules).or_else(named).or_else(standard)
}

/// The categories that a code may mean.
fn by_code<'r>(
    code: &str,
    kind: Option<CaseKind>,
    mapping: &Mapping,
    rules: &'r Rulebook,
) -> Vec<&'r Category> {
    let system = mapping.code_system.unwrap_or(CodeSystem::Gbt30428);
    let means = |it: &&Category| {
        let given = StandardCode { system, kind: it.code.kind, code: code.to_owned() };
        let same_kind = kind.is_none_or(|kind| it.code.kind == kind);
        // Another generation has other numbers for the same names.
        let same = given == it.code
            || system != it.code.system
                && matches!(look_up(&given), Known::Standard(name) if look_up(&it.code) == Known::Standard(name));
        same_kind && same
    };
    one_citizen(rules.data().categories.iter().filter(means).collect())
}

/// Of each kind of case the broadest: a code that several finer kinds share means their citizen category.
fn one_citizen(found: Vec<&Category>) -> Vec<&Category> {
    let mut kept: Vec<&Category> = Vec::new();
    for it in found {
        match kept.iter_mut().find(|other| other.citizen() == it.citizen()) {
            Some(other) if it.of.is_none() => *other = it,
            Some(_) => {}
            None => kept.push(it),
        }
    }
    kept
}

/// Four digits; a spreadsheet takes the zeros off their front.
fn code_of(row: &Row<'_>) -> Option<String> {
    let text = row.text(Column::Code)?;
    match row.cell(Column::Code).as_ref() {
        Cell::Number(_) => Some(format!("{text:0>4}")),
        _ => Some(text),
    }
}

/// Anything else in that column is some other class of the system there.
fn kind_of(row: &Row<'_>) -> Option<CaseKind> {
    match row.text(Column::Kind)?.as_str() {
        "部件" | "部件类" | "component" => Some(CaseKind::Component),
        "事件" | "事件类" | "event" => Some(CaseKind::Event),
        _ => None,
    }
}
