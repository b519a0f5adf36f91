//! docs/asvs.md names every requirement once, honestly: what is met names where, what is not says what would be needed.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "an integration test is a test module"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The requirements of levels 1 and 2, each with its level.
const IDS: &str = include_str!("asvs_ids.txt");

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

struct Row {
    id: String,
    level: String,
    status: String,
    says: String,
}

fn rows() -> Vec<Row> {
    let document = std::fs::read_to_string(project().join("docs/asvs.md")).unwrap();
    let rows = document.lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit());
    let rows = rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 5, "{line}");
        Row { id: cells[0].into(), level: cells[1].into(), status: cells[3].into(), says: cells[4].into() }
    });
    rows.collect()
}

/// Names of the functions under `folder`.
fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        if entry.is_dir() {
            if !matches!(name.as_str(), "target" | "node_modules" | ".git" | ".jiekou") {
                functions(&entry, found);
            }
        } else if name.ends_with(".rs") {
            let text = std::fs::read_to_string(&entry).unwrap();
            let named = text.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
            found.extend(named.map(str::to_owned));
        }
    }
}

/// What stands in backticks and is a file's path or a function's name.
fn names(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let is_name = |it: &&str| {
        let plain = it.chars().all(|c| c.is_ascii_alphanumeric() || "_./-".contains(c));
        let path = it.contains('.') && !it.starts_with('/');
        plain && (path || it.matches('_').count() >= 3)
    };
    quoted.filter(is_name).collect()
}

#[test]
fn every_requirement_of_the_standard_stands_in_the_table_once_with_its_level() {
    let listed = IDS.lines().filter(|line| !line.starts_with('#'));
    let expected: BTreeMap<&str, &str> = listed.filter_map(|line| line.split_once(' ')).collect();
    assert_eq!(expected.len(), 253, "70 requirements of level 1 and 183 of level 2");
    let rows = rows();
    let seen: BTreeMap<&str, &str> = rows.iter().map(|row| (row.id.as_str(), row.level.as_str())).collect();
    assert_eq!(seen, expected);
    assert_eq!(rows.len(), expected.len(), "none twice");
}

#[test]
fn what_is_met_names_where_and_what_is_not_says_what_it_needs() {
    let mut known = BTreeSet::new();
    for folder in ["crates", "api", "worker", "tests"] {
        functions(&project().join(folder), &mut known);
    }
    let mut wrong = Vec::new();
    for Row { id, status, says, .. } in rows() {
        let named = names(&says);
        for name in &named {
            if !known.contains(*name) && !project().join(name).is_file() {
                wrong.push(format!("{id}: there is no {name}"));
            }
        }
        let holds = match status.as_str() {
            "met" => !named.is_empty(),
            "n/a" => says.chars().count() >= 6,
            "partly" => !named.is_empty() && says.len() > 60,
            "not met" => says.starts_with("Needed: "),
            _ => false,
        };
        if !holds {
            wrong.push(format!("{id}: {status} says too little: {says}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
