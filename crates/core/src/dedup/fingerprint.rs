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
    /// [`super::address_key`] of the address.
    pub address: Option<u64>,
    /// [`super::Words::whole`] of the description.
    pub words: Option<u64>,
    pub sketch: Sketch,
    /// Perceptual hashes of its photos.
    pub photos: Vec<u64>,
}

/// First byte of the stored form: its version, the same as the index's.
const VERSION: u8 = 2;

/// The stored form, as postcard writes it: compact, for there is one for each live case.
#[derive(Serialize, Deserialize)]
struct Stored {
    /// Millionths of a degree, a tenth of a metre: more digits are noise and cost memory.
    point: Option<(i32, i32)>,
    accuracy_meters: Option<f32>,
    category: String,
    family: String,
    opened_at: i64,
    component_id: Option<String>,
    address: Option<u64>,
    words: Option<u64>,
    sketch: Vec<u32>,
    photos: Vec<u64>,
}

impl Fingerprint {
    /// The stored form; below 700 bytes for any report.
    pub fn to_bytes(&self) -> Vec<u8> {
        let stored = Stored {
            point: self.point.map(|point| (millionths(point.longitude()), millionths(point.latitude()))),
            accuracy_meters: self.accuracy_meters.map(narrow),
            category: self.category.clone(),
            family: self.family.clone(),
            opened_at: self.opened_at.timestamp(),
            component_id: self.component_id.clone(),
            address: self.address,
            words: self.words,
            sketch: self.sketch.hashes().to_vec(),
            photos: self.photos.clone(),
        };
        // Strings, numbers and lists of numbers always serialise.
        postcard::to_extend(&stored, vec![VERSION]).unwrap_or_default()
    }

    /// Reads the stored form; `None` when it was written by another version of the index.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, body) = bytes.split_first()?;
        if *version != VERSION {
            return None;
        }
        let stored: Stored = postcard::from_bytes(body).ok()?;
        let point = match stored.point {
            Some((longitude, latitude)) => Some(Wgs84::new(degrees(longitude), degrees(latitude)).ok()?),
            None => None,
        };
        Some(Self {
            point,
            accuracy_meters: stored.accuracy_meters.map(f64::from),
            category: stored.category,
            family: stored.family,
            opened_at: DateTime::from_timestamp(stored.opened_at, 0)?,
            component_id: stored.component_id,
            address: stored.address,
            words: stored.words,
            sketch: Sketch::from_hashes(stored.sketch),
            photos: stored.photos,
        })
    }
}

fn degrees(millionths: i32) -> f64 {
    f64::from(millionths) / 1e6
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a degree is below 180 in amount"
)]
pub(super) fn millionths(degrees: f64) -> i32 {
    (degrees * 1e6).round() as i32
}

#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "metres need no more digits")]
fn narrow(meters: f64) -> f32 {
    meters as f32
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
            address: Some(u64::MAX),
            words: Some(u64::MAX),
            sketch: Sketch::from_hashes((u32::MAX - 60..u32::MAX).collect()),
            photos: vec![u64::MAX; 9],
        };
        let bytes = print.to_bytes();
        assert!(bytes.len() <= 700, "{}", bytes.len());
        assert_eq!(Fingerprint::from_bytes(&bytes), Some(print));
        assert_eq!(Fingerprint::from_bytes(b"{}"), None);
    }
}
