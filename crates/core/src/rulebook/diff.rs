//! What one version of a rulebook changes against another, in words.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::RulebookData;
use crate::place::{MultiPolygon, coverage};

/// What names an entry of a list, in the order it is looked for.
const KEYS: [&str; 10] = ["slug", "code", "no", "id", "act", "post", "center", "category", "name", "kind"];
/// Changes of one list that are told one by one.
const NAMED: usize = 40;

/// Entries without a name that are written out.
const LISTED: usize = 8;

/// Every difference, one sentence each, in the order of the files.
pub fn differences(old: &RulebookData, new: &RulebookData) -> Vec<String> {
    let value = |data: &RulebookData| serde_json::to_value(data).unwrap_or_default();
    let mut told = Vec::new();
    compare("", &value(old), &value(new), &mut told);
    told
}

fn compare(at: &str, old: &Value, new: &Value, told: &mut Vec<String>) {
    if old == new {
        return;
    }
    match (old, new) {
        _ if at.ends_with("geometry") => {
            let named = at.trim_end_matches("geometry").trim_end_matches(": ");
            let (before, after) = (km2(old), km2(new));
            told.push(format!(
                "{named}: its ground is drawn anew, {before:.3} km² before and {after:.3} km² after"
            ));
        }
        (Value::Object(before), Value::Object(after)) if one_line(before).is_none() => {
            for key in before.keys().chain(after.keys().filter(|key| !before.contains_key(*key))) {
                let (old, new) = (before.get(key), after.get(key));
                let place = match (at, key.as_str()) {
                    ("", "plan") => String::new(),
                    ("", key) => key.to_owned(),
                    (at, key) => format!("{at}: {key}"),
                };
                compare(&place, old.unwrap_or(&Value::Null), new.unwrap_or(&Value::Null), told);
            }
        }
        (Value::Array(before), Value::Array(after)) => lists(at, before, after, told),
        _ => told.push(format!("{at} is {} instead of {}", words(new), words(old))),
    }
}

fn lists(at: &str, before: &[Value], after: &[Value], told: &mut Vec<String>) {
    let Some((old, new)) = keyed(before).zip(keyed(after)) else {
        let only = |some: &[Value], others: &[Value]| -> Vec<String> {
            let only: Vec<&Value> = some.iter().filter(|it| !others.contains(it)).collect();
            let more = only.len().saturating_sub(LISTED);
            let more = (more > 0).then(|| format!("{more} more"));
            only.into_iter().take(LISTED).map(words).chain(more).collect()
        };
        let (gone, come) = (only(before, after), only(after, before));
        match (gone.as_slice(), come.as_slice()) {
            ([], []) => told.push(format!("{at}: the order changed")),
            (gone, []) => told.push(format!("{at}: without {}", gone.join(", "))),
            ([], come) => told.push(format!("{at}: with {} as well", come.join(", "))),
            (gone, come) => told.push(format!("{at}: {} instead of {}", come.join(", "), gone.join(", "))),
        }
        return;
    };
    let mut changes = Vec::new();
    for (key, value) in &old {
        match new.get(key) {
            None => changes.push(format!("{} `{key}` is gone", singular(at))),
            Some(now) => compare(&format!("{} `{key}`", singular(at)), value, now, &mut changes),
        }
    }
    let added = new.iter().filter(|(key, _)| !old.contains_key(*key));
    changes.extend(added.map(|(key, value)| format!("{} `{key}`{} is new", singular(at), title(key, value))));
    if changes.is_empty() {
        changes.push(format!("{at}: the order changed"));
    }
    let more = changes.len().saturating_sub(NAMED);
    told.extend(changes.into_iter().take(NAMED));
    if more > 0 {
        told.push(format!("{at}: and {more} more changes"));
    }
}

/// The entries by what names them; `None` unless each has a name of its own.
fn keyed(entries: &[Value]) -> Option<BTreeMap<String, &Value>> {
    let named: Option<BTreeMap<String, &Value>> = entries
        .iter()
        .map(|entry| {
            let object = entry.as_object()?;
            let key = KEYS.iter().find_map(|key| object.get(*key)?.as_str())?;
            // Several hold one post in different areas.
            let area = object.get("post").and(object.get("area")).and_then(Value::as_str);
            Some((area.map_or_else(|| key.to_owned(), |area| format!("{key} of {area}")), entry))
        })
        .collect();
    named.filter(|named| named.len() == entries.len())
}

fn title(key: &str, value: &Value) -> String {
    let name = value.get("name").or_else(|| value.get("title")).and_then(Value::as_str);
    name.filter(|name| *name != key).map(|name| format!(" ({name})")).unwrap_or_default()
}

/// `categories` become `category`, and so on; what stands in front is left out.
fn singular(at: &str) -> String {
    let (path, last) = at.rsplit_once(": ").map_or(("", at), |(path, last)| (path, last));
    let one = match last {
        "categories" => "category",
        "families" => "family",
        "people" => "person",
        last => last.strip_suffix('s').unwrap_or(last),
    };
    if path.is_empty() { one.to_owned() } else { format!("{path}: {one}") }
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => format!("`{text}`"),
        Value::Object(object) => one_line(object).unwrap_or_else(|| value.to_string()),
        Value::Array(entries) => format!("[{}]", entries.iter().map(words).collect::<Vec<_>>().join(", ")),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A limit, as people say it.
fn one_line(object: &Map<String, Value>) -> Option<String> {
    match (object.get("amount"), object.get("unit").and_then(Value::as_str), object.len()) {
        (Some(amount), Some(unit), 2) => Some(format!("{amount} {unit}")),
        _ => None,
    }
}

fn km2(geometry: &Value) -> f64 {
    let polygon: MultiPolygon = serde_json::from_value(geometry.clone()).unwrap_or_default();
    coverage::square_meters(&polygon) / 1e6
}
