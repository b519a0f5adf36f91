//! Every Redis key of the index.
//!
//! `{prefix}:dedup:{version}:{town}` is the hash tag of all keys of one town, so that each script touches one slot of
//! a Redis Cluster. The version is part of it: a release with another fingerprint fills an index of its own beside the
//! old one, and no downtime is needed.

/// Version of the fingerprint's stored form and of what is kept beside it.
pub const INDEX_VERSION: &str = "v3";
/// Versions of earlier releases, whose indexes are given up.
pub const RETIRED_VERSIONS: [&str; 2] = ["v1", "v2"];

/// The keys of one town's index.
#[derive(Debug, Clone)]
pub struct TownKeys {
    tag: String,
}

impl TownKeys {
    pub fn new(prefix: &str, center_code: &str) -> Self {
        Self::of_version(INDEX_VERSION, prefix, center_code)
    }

    /// The keys an earlier release used.
    pub fn of_version(version: &str, prefix: &str, center_code: &str) -> Self {
        Self { tag: format!("{{{prefix}:dedup:{version}:{center_code}}}") }
    }

    /// String: set once every open case of the town is in the index; without it the index knows nothing for sure.
    pub fn ready(&self) -> String {
        format!("{}:ready", self.tag)
    }

    /// Hash: case id → fingerprint.
    pub fn prints(&self) -> String {
        format!("{}:prints", self.tag)
    }

    /// Geo set of the cases of one family.
    pub fn places(&self, family: &str) -> String {
        format!("{}:places:{family}", self.tag)
    }

    /// Sorted set: kind of a mark and case id → hash of the case's text, or of its component.
    pub fn marks(&self) -> String {
        format!("{}:marks", self.tag)
    }

    /// Sorted set: case id and family → end of the family's window, in seconds.
    pub fn windows(&self) -> String {
        format!("{}:windows", self.tag)
    }
}
