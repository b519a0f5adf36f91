//! Reading a file entry by entry, so that one broken entry does not hide the others, and each fault has its line.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::fault::line_at;
use super::geojson::Feature;

/// Where something is wrong, and what, in words.
pub(super) type Slip = (Option<usize>, String);

/// The features of a file, each with its line.
pub(super) struct Drawing<P> {
    /// The file says of itself that it is a drawing.
    pub schematic: bool,
    pub features: Vec<(usize, Feature<P>)>,
}

/// What was read, and a line with words for what was not.
pub(super) struct Read<T> {
    pub entries: Vec<T>,
    pub faults: Vec<Slip>,
}

/// A YAML file that is a list at its top level.
pub(super) fn yaml_list<T: DeserializeOwned>(text: &str) -> Read<T> {
    let whole = match serde_yaml_ng::from_str::<Option<Vec<T>>>(text) {
        Ok(entries) => return Read { entries: entries.unwrap_or_default(), faults: Vec::new() },
        Err(error) => yaml_fault(&error, 0),
    };
    let mut faults = Vec::new();
    for (line, chunk) in chunks(text, |line| line.starts_with("- ") || line == "-") {
        if let Err(error) = serde_yaml_ng::from_str::<Vec<T>>(&chunk) {
            faults.push(yaml_fault(&error, line));
        }
    }
    if faults.is_empty() {
        faults.push(whole);
    }
    Read { entries: Vec::new(), faults }
}

/// A YAML file that is a mapping at its top level, every value of which is a `V`; then the whole as `T`.
pub(super) fn yaml_map<T: DeserializeOwned, V: DeserializeOwned>(text: &str) -> Result<T, Vec<Slip>> {
    let mut faults = Vec::new();
    for (line, chunk) in chunks(text, |line| line.starts_with(|c: char| c.is_ascii_alphabetic())) {
        if let Err(error) = serde_yaml_ng::from_str::<Option<BTreeMap<String, V>>>(&chunk) {
            faults.push(yaml_fault(&error, line));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    serde_yaml_ng::from_str(text).map_err(|error| vec![yaml_fault(&error, 0)])
}

/// A fault of YAML with its line; `offset` lines stand before the text that was read.
pub(super) fn yaml_fault(error: &serde_yaml_ng::Error, offset: usize) -> Slip {
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or_default();
    let words = words.strip_prefix(".[0]").map_or(words, |words| words.trim_start_matches(['.', ':', ' ']));
    (error.location().map(|location| location.line() + offset), words.to_owned())
}

/// The features of a GeoJSON collection, each with the line it begins on.
pub(super) fn features<P: DeserializeOwned>(text: &str) -> Result<(Drawing<P>, Vec<Slip>), Slip> {
    #[derive(Deserialize)]
    struct Collection<'a> {
        #[serde(default)]
        schematic: bool,
        #[serde(borrow)]
        features: Vec<&'a RawValue>,
    }
    let collection: Collection<'_> =
        serde_json::from_str(text).map_err(|error| (Some(error.line()), error.to_string()))?;
    let mut drawing = Drawing { schematic: collection.schematic, features: Vec::new() };
    let mut faults = Vec::new();
    let mut lines = LineCount::default();
    for raw in collection.features {
        let raw = raw.get();
        let line = lines.at(text, raw.as_ptr().addr().saturating_sub(text.as_ptr().addr()));
        match serde_json::from_str(raw) {
            Ok(feature) => drawing.features.push((line, feature)),
            Err(error) => faults.push((Some(line + error.line() - 1), json_words(&error))),
        }
    }
    Ok((drawing, faults))
}

fn json_words(error: &serde_json::Error) -> String {
    let words = error.to_string();
    words.split(" at line ").next().unwrap_or_default().to_owned()
}

/// The lines of a CSV file with a header.
pub(super) fn csv_lines<T: DeserializeOwned>(text: &str) -> Read<(usize, T)> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut read = Read { entries: Vec::new(), faults: Vec::new() };
    let header = reader.headers().cloned().unwrap_or_default();
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return read,
            Ok(true) => {
                let line = record.position().and_then(|at| usize::try_from(at.line()).ok()).unwrap_or(0);
                match record.deserialize(Some(&header)) {
                    Ok(entry) => read.entries.push((line, entry)),
                    Err(error) => read.faults.push((Some(line), error.to_string())),
                }
            }
            Err(error) => {
                let line = error.position().and_then(|at| usize::try_from(at.line()).ok());
                read.faults.push((line, error.to_string()));
            }
        }
    }
}

/// Pieces of `text` that begin where `begins` says so, each with the number of lines before it.
fn chunks(text: &str, begins: impl Fn(&str) -> bool) -> Vec<(usize, String)> {
    let mut chunks: Vec<(usize, String)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if begins(line) {
            chunks.push((number, String::new()));
        }
        if let Some((_, chunk)) = chunks.last_mut() {
            chunk.push_str(line);
            chunk.push('\n');
        }
    }
    chunks
}

/// Counts lines forward, so that a large file is walked once.
#[derive(Default)]
struct LineCount {
    position: usize,
    lines: usize,
}

impl LineCount {
    fn at(&mut self, text: &str, position: usize) -> usize {
        let between = text.get(self.position..position).unwrap_or_default();
        self.lines += line_at(between, between.len()) - 1;
        self.position = position;
        self.lines + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Limit;

    #[test]
    fn every_broken_entry_of_a_list_is_told_with_its_line() {
        let text = "# limits\n- { amount: 1, unit: minute }\n- { amount: 2, unit: hour }\n\n-\n  amount: x\n  unit: workDay\n";
        let read = yaml_list::<Limit>(text);
        let lines: Vec<_> = read.faults.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [Some(3), Some(6)], "{:?}", read.faults);
        assert!(read.faults[0].1.contains("expected one of `minute`, `urgentHour`"), "{:?}", read.faults);
    }

    #[test]
    fn every_broken_entry_of_a_mapping_is_told_with_its_line() {
        let text = "a: { amount: 1, unit: minute }\n# later\nb: { amount: 2, unit: hour }\nc: { amount: 3, unit: week }\n";
        let faults = yaml_map::<BTreeMap<String, Limit>, Limit>(text).unwrap_err();
        assert_eq!(faults.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [Some(3), Some(4)]);
    }

    #[test]
    fn every_broken_feature_and_line_is_told() {
        let text = "{\"features\": [\n {\"properties\": {\"amount\": 1, \"unit\": \"minute\"}, \"geometry\": {\"type\": \"Polygon\", \"coordinates\": []}},\n {\"properties\": {}, \"geometry\": {\"type\": \"Polygon\", \"coordinates\": []}},\n {\"properties\": {\"amount\": 1, \"unit\": \"minute\"}, \"geometry\": {\"type\": \"Point\", \"coordinates\": []}}\n]}";
        let (drawing, faults) = features::<Limit>(text).ok().unwrap();
        assert_eq!(drawing.features.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2]);
        assert_eq!(faults.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [Some(3), Some(4)]);
        let lines = csv_lines::<Limit>("amount,unit\n1,minute\nx,minute\n2\n");
        assert_eq!(lines.entries.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2]);
        assert_eq!(lines.faults.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [Some(3), Some(4)]);
    }
}
