//! A wrong cell of a list, in words for whoever brings it.

use std::collections::BTreeMap;
use std::fmt;

/// Where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFault {
    /// Row as whoever opens the file sees it; `None` where it is the whole file's.
    pub row: Option<u32>,
    /// The column as a spreadsheet letters it, with its heading; `None` where it is the whole row's.
    pub column: Option<String>,
    pub words: String,
}

impl CellFault {
    /// A fault of the file.
    pub fn of_file(words: impl Into<String>) -> Self {
        Self { row: None, column: None, words: words.into() }
    }
}

impl fmt::Display for CellFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        told(std::slice::from_ref(self)).iter().try_for_each(|line| f.write_str(line))
    }
}

/// The faults for people: one line for each thing to do, with all rows it is about, in the order they were found.
pub fn told(faults: &[CellFault]) -> Vec<String> {
    let mut position: BTreeMap<(Option<&str>, &str), usize> = BTreeMap::new();
    let mut groups: Vec<(&CellFault, Vec<u32>)> = Vec::new();
    for fault in faults {
        let key = (fault.column.as_deref(), fault.words.as_str());
        let at = *position.entry(key).or_insert_with(|| {
            groups.push((fault, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, rows)) = groups.get_mut(at) {
            rows.extend(fault.row);
        }
    }
    let line = |(fault, rows): (&CellFault, Vec<u32>)| {
        let place = match (rows.as_slice(), &fault.column) {
            ([], None) => return fault.words.clone(),
            ([], Some(column)) => format!("column {column}"),
            (rows, None) => shown(rows),
            (rows, Some(column)) => format!("{}, column {column}", shown(rows)),
        };
        format!("{place}: {}", fault.words)
    };
    groups.into_iter().map(line).collect()
}

/// `row 4`, or `rows 2–5, 9, 12`.
fn shown(rows: &[u32]) -> String {
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match spans.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*row) => *last = *row,
            _ => spans.push((*row, *row)),
        }
    }
    let words: Vec<String> = spans
        .into_iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}–{last}") })
        .collect();
    format!("row{} {}", if rows.len() == 1 { "" } else { "s" }, words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(row: u32, words: &str) -> CellFault {
        CellFault { row: Some(row), column: Some("C (案件状态)".into()), words: words.into() }
    }

    #[test]
    fn what_is_wrong_in_many_rows_is_told_once_with_all_of_them() {
        let faults = [fault(2, "a"), fault(3, "b"), fault(3, "a"), fault(4, "a"), fault(9, "a")];
        assert_eq!(told(&faults), ["rows 2–4, 9, column C (案件状态): a", "row 3, column C (案件状态): b"]);
        assert_eq!(faults[1].to_string(), "row 3, column C (案件状态): b");
        assert_eq!(CellFault::of_file("no").to_string(), "no");
    }
}
