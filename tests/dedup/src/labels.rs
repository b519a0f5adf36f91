//! What staff said: this request repeats that one.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::path::Path;

use serde::Deserialize;

use crate::requests::open;

#[derive(Deserialize)]
struct Row {
    child: String,
    parent: String,
    parent_in_file: String,
    same_type: String,
    dist_m: String,
    hours_after_parent: String,
}

/// Duplicates as staff closed them. Not exhaustive: a request without a label can be a duplicate too.
#[derive(Debug, Default)]
pub struct Labels {
    /// Requests closed as a duplicate, the parent named or not.
    pub labelled: HashSet<String>,
    /// High confidence: the parent is in the export, of the same type, within 200 m and earlier.
    pub parents: HashMap<String, String>,
    /// The parent and everything labelled with it.
    groups: HashMap<String, HashSet<String>>,
}

impl Labels {
    /// Reads a label file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let mut labels = Self::default();
        for row in csv::Reader::from_reader(open(path)?).deserialize() {
            labels.add(row?);
        }
        Ok(labels)
    }

    fn add(&mut self, row: Row) {
        self.labelled.insert(row.child.clone());
        // pandas writes whole numbers of a column with gaps as 1.0.
        let parent = row.parent.trim_end_matches(".0").to_owned();
        if parent.is_empty() {
            return;
        }
        let group = self.groups.entry(parent.clone()).or_default();
        group.extend([parent.clone(), row.child.clone()]);
        let number = |text: &str| text.parse::<f64>().ok();
        let sure = row.parent_in_file == "True"
            && row.same_type == "True"
            && number(&row.dist_m).is_some_and(|meters| meters <= 200.0)
            && number(&row.hours_after_parent).is_some_and(|hours| hours >= 0.0);
        if sure {
            self.parents.insert(row.child, parent);
        }
    }

    /// Whether `other` is the parent of `child` or another duplicate of the same parent.
    pub fn same_group(&self, child: &str, other: &str) -> bool {
        let group = self.parents.get(child).and_then(|parent| self.groups.get(parent));
        group.is_some_and(|group| group.contains(other))
    }
}
