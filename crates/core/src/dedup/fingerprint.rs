//! What is kept of a live case to recognise it: the same bytes in Redis and in PostgreSQL.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Sketch;
use crate::place::Wgs84;

/// The comparable features of a report or of the report that opened a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Fingerprint {
    pub point: Option<Wgs84>,
    /// Error of the position in metres, where the sender named one.
    pub accuracy_meters: Option<f64>,
    pub category: String,
    pub family: String,
    pub opened_at: DateTime<Utc>,
    pub component_id: Option<String>,
    pub sketch: Sketch,
    /// Perceptual hashes of its photos.
    pub photos: Vec<u64>,
}

/// The stored form. Short names, for there is one for each live case.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<[f64; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<f64>,
    c: String,
    f: String,
    t: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    k: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    s: Vec<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    h: Vec<u64>,
}

impl Fingerprint {
    /// The stored form; below 1 KiB for any report.
    pub fn to_bytes(&self) -> Vec<u8> {
        let stored = Stored {
            p: self.point.map(|point| [round(point.longitude()), round(point.latitude())]),
            a: self.accuracy_meters,
            c: self.category.clone(),
            f: self.family.clone(),
            t: self.opened_at.timestamp(),
            k: self.component_id.clone(),
            s: self.sketch.hashes().to_vec(),
            h: self.photos.clone(),
        };
        // Strings, numbers and lists of numbers always serialise.
        serde_json::to_vec(&stored).unwrap_or_default()
    }

    /// Reads the stored form; `None` when it was written by another version of the index.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let stored: Stored = serde_json::from_slice(bytes).ok()?;
        let point = match stored.p {
            Some([longitude, latitude]) => Some(Wgs84::new(longitude, latitude).ok()?),
            None => None,
        };
        Some(Self {
            point,
            accuracy_meters: stored.a,
            category: stored.c,
            family: stored.f,
            opened_at: DateTime::from_timestamp(stored.t, 0)?,
            component_id: stored.k,
            sketch: Sketch::from_hashes(stored.s),
            photos: stored.h,
        })
    }
}

/// To 1e-6 degrees, a tenth of a metre: more digits are noise and cost memory.
fn round(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_comes_back_and_is_small() {
        let print = Fingerprint {
            point: Some(Wgs84::new(113.665, 34.753).unwrap()),
            accuracy_meters: Some(12.5),
            category: "road-damage".into(),
            family: "road".into(),
            opened_at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
            component_id: Some("4101030101000001".into()),
            sketch: Sketch::of(&"大学路与航海路交叉口路面塌陷有大坑车辆绕行危险".repeat(20)),
            photos: vec![u64::MAX; 9],
        };
        let bytes = print.to_bytes();
        assert!(bytes.len() <= 1_024, "{}", bytes.len());
        assert_eq!(Fingerprint::from_bytes(&bytes), Some(print));
        assert_eq!(Fingerprint::from_bytes(b"{}"), None);
    }
}
