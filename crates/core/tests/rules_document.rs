//! docs/rules.md names every rule once, and only tests that exist.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "an integration test is a test module"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The plans, with how many rules each has.
const PLANS: [(&str, u32); 5] = [("ERQI", 26), ("XXQ", 16), ("DF", 21), ("DL", 19), ("ZZ", 18)];
/// The only rules that may wait for channels, notices, shops, rewards and boards.
const LATER: &str = "ERQI-03 ERQI-08 ERQI-15 ERQI-16 ERQI-17 ERQI-18 ERQI-19 ERQI-20 XXQ-12 XXQ-13 XXQ-15 DF-08 DF-15 \
                     DF-16 DF-17 DF-18 DF-19 DF-21 DL-06 DL-07 DL-08";
/// Rules of class X: nothing to enforce.
const CONTEXT: &str = "DL-17 ZZ-18";

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn document() -> String {
    std::fs::read_to_string(project().join("docs/rules.md")).unwrap()
}

fn expected() -> BTreeSet<String> {
    PLANS
        .iter()
        .flat_map(|(plan, count)| (1..=*count).map(move |number| format!("{plan}-{number:02}")))
        .collect()
}

/// The rows of the tables: id, how it is met, what stands in the third column.
fn rows(document: &str) -> Vec<(String, String, Vec<String>)> {
    let cells = document.lines().filter(|line| line.starts_with("| ")).map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        (cells[0].to_owned(), cells[1].to_owned(), cells[2].to_owned())
    });
    cells
        .filter(|(id, _, _)| id != "id" && id != "---")
        .map(|(id, how, tests)| (id, how, quoted(&tests)))
        .collect()
}

fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
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

#[test]
fn every_rule_stands_in_the_table_once_and_says_how_it_is_met() {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for (id, how, tests) in rows(&document()) {
        assert!(!how.is_empty() && !tests.is_empty(), "{id} says nothing");
        *seen.entry(id).or_default() += 1;
    }
    assert_eq!(seen.keys().cloned().collect::<BTreeSet<_>>(), expected());
    let twice: Vec<_> = seen.iter().filter(|(_, count)| **count > 1).collect();
    assert_eq!(twice, Vec::<(&String, &u32)>::new());
    for (plan, count) in PLANS {
        let listed = format!("{plan}-01 to {plan}-{count:02}");
        assert!(document().contains(&listed), "the list of ids lacks {listed}");
    }
}

#[test]
fn every_named_test_exists_and_only_some_rules_wait_for_a_later_part() {
    let mut known = BTreeSet::new();
    for folder in ["crates", "api", "worker", "tests"] {
        functions(&project().join(folder), &mut known);
    }
    let mut missing = Vec::new();
    for (id, _, tests) in rows(&document()) {
        for test in &tests {
            match test.as_str() {
                "later" => assert!(LATER.split_whitespace().any(|it| it == id), "{id} may not wait"),
                "context" => assert!(CONTEXT.split_whitespace().any(|it| it == id), "{id} is not context"),
                test if known.contains(test) => {}
                test => missing.push(format!("{id}: {test}")),
            }
        }
    }
    for test in quoted(document().split("## Words of the plans").nth(1).unwrap()) {
        assert!(known.contains(&test), "{test}");
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_setting_of_the_process_is_documented_with_its_default() {
    let text = std::fs::read_to_string(project().join("docs/rulebooks.md")).unwrap();
    let defaults = serde_json::to_value(jiekou_core::plan::Process::default()).unwrap();
    for (part, value) in defaults.as_object().unwrap() {
        let names: Vec<String> = match value.as_object() {
            Some(settings) => settings.keys().map(|key| format!("{part}.{key}")).collect(),
            None => vec![part.clone()],
        };
        for name in names {
            let row = text.lines().find(|line| line.starts_with("| ") && quoted(line).contains(&name));
            let row = row.unwrap_or_else(|| panic!("docs/rulebooks.md has no row for `{name}`"));
            let cell = row.trim_matches('|').split('|').nth(1).unwrap();
            let default = name.split('.').fold(&defaults, |value, key| &value[key]);
            let said = match default {
                serde_json::Value::Object(limit) => {
                    format!("{} {}", limit["amount"], limit["unit"].as_str().unwrap())
                }
                serde_json::Value::Array(entries) if entries.is_empty() => "none".to_owned(),
                serde_json::Value::Array(entries) => entries[0].as_str().unwrap().to_owned(),
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert!(cell.contains(&said), "`{name}` is {said} by default, and the row says {cell}");
        }
    }
}
