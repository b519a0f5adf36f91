//! The texts of a folder, and the faults found while reading them.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::fault::{Fault, line_of};
use super::items::{self, Drawing, Slip};

/// Most faults told of one file: a wrong column makes thousands.
const TOLD: usize = 50;

pub(super) struct Reader<'a> {
    files: &'a BTreeMap<String, String>,
    pub faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub fn new(files: &'a BTreeMap<String, String>) -> Self {
        Self { files, faults: Vec::new() }
    }

    /// A file that must be there, as one piece of YAML.
    pub fn yaml<T: DeserializeOwned>(&mut self, file: &str) -> Option<T> {
        let text = self.needed(file)?;
        self.kept(file, serde_yaml_ng::from_str(text).map_err(|error| vec![items::yaml_fault(&error, 0)]))
    }

    /// A file that may be absent, as one piece of YAML.
    pub fn optional_yaml<T: DeserializeOwned>(&mut self, file: &str) -> Option<T> {
        if self.files.get(file).is_none_or(|text| text.trim().is_empty()) { None } else { self.yaml(file) }
    }

    /// A file that must be there, as a mapping with values of one type.
    pub fn yaml_map<T: DeserializeOwned, V: DeserializeOwned>(&mut self, file: &str) -> Option<T> {
        let text = self.needed(file)?;
        self.kept(file, items::yaml_map::<T, V>(text))
    }

    /// A file that must be there, as a list.
    pub fn yaml_list<T: DeserializeOwned>(&mut self, file: &str) -> Option<Vec<T>> {
        let text = self.needed(file)?;
        let read = items::yaml_list(text);
        self.kept(file, if read.faults.is_empty() { Ok(read.entries) } else { Err(read.faults) })
    }

    /// A list that may be absent.
    pub fn optional_list<T: DeserializeOwned>(&mut self, file: &str) -> Vec<T> {
        let there = self.files.contains_key(file);
        if there { self.yaml_list(file).unwrap_or_default() } else { Vec::new() }
    }

    /// The lines of a CSV file that may be absent, each with its number.
    pub fn optional_csv<T: DeserializeOwned>(&mut self, file: &str) -> Vec<(usize, T)> {
        let files = self.files;
        let Some(text) = files.get(file) else {
            return Vec::new();
        };
        let read = items::csv_lines(text);
        self.tell(file, read.faults);
        read.entries
    }

    /// The features of a GeoJSON file that must be there.
    pub fn features<P: DeserializeOwned>(&mut self, file: &str) -> Option<Drawing<P>> {
        let text = self.needed(file)?;
        match items::features(text) {
            Ok((drawing, faults)) => {
                let whole = faults.is_empty();
                self.tell(file, faults);
                whole.then_some(drawing)
            }
            Err(fault) => {
                self.tell(file, vec![fault]);
                None
            }
        }
    }

    /// The features of a GeoJSON file that may be absent.
    pub fn optional_features<P: DeserializeOwned>(&mut self, file: &str) -> Drawing<P> {
        let there = self.files.contains_key(file);
        let read = if there { self.features(file) } else { None };
        read.unwrap_or(Drawing { schematic: false, features: Vec::new() })
    }

    /// Notes a fault at a known line.
    pub fn fault(&mut self, file: &str, line: Option<usize>, words: impl Into<String>) {
        self.faults.push(Fault::new(file, line, words));
    }

    /// The line of the `nth` entry of `file` that has this name, or else of the `nth` place where the name stands.
    pub fn line(&self, file: &str, name: &str, nth: usize) -> Option<usize> {
        let text = self.files.get(file)?;
        let named = ["slug: ", "id: ", "code: ", "no: \"", "\"code\":\"", "\"code\": \""];
        let entry = named.iter().find_map(|key| line_of(text, &format!("{key}{name}"), nth));
        entry.or_else(|| line_of(text, name, nth))
    }

    /// The text of a file.
    pub fn text(&self, file: &str) -> Option<&'a str> {
        self.files.get(file).map(String::as_str)
    }

    pub fn has(&self, file: &str) -> bool {
        self.files.contains_key(file)
    }

    fn needed(&mut self, file: &str) -> Option<&'a str> {
        let files = self.files;
        let text = files.get(file);
        if text.is_none() {
            self.fault(file, None, "the file is missing: write it, or name a folder to inherit it from");
        }
        text.map(String::as_str)
    }

    fn kept<T>(&mut self, file: &str, read: Result<T, Vec<Slip>>) -> Option<T> {
        read.map_err(|faults| self.tell(file, faults)).ok()
    }

    fn tell(&mut self, file: &str, faults: Vec<Slip>) {
        let more = faults.len().saturating_sub(TOLD);
        for (line, words) in faults.into_iter().take(TOLD) {
            self.fault(file, line, words);
        }
        if more > 0 {
            self.fault(file, None, format!("and {more} more faults of this file"));
        }
    }
}
