//! What is kept of a live case to recognise it: the same bytes in Redis and in PostgreSQL.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Sketch;
use super::photo_print::{self, PhotoPrint};
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
    /// What its photos show, in the order they were given; those that show nothing are left out.
    pub photos: Vec<PhotoPrint>,
}

/// First byte of the stored form: its version, the same as the index's.
pub const PRINT_VERSION: u8 = 3;
/// The version before differs in the photos, which were hashes that no crop left alike, and wrote the sketch as it is.
const VERSION_WITH_HASHES: u8 = 2;
/// Photos kept in the stored form: a case must not cost more than a kibibyte of the index, however many it has.
pub const STORED_PHOTOS: usize = 3;

/// The stored form but for the photos, as postcard writes it: compact, for there is one for each live case.
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
    /// From each hash to the next: mostly a byte shorter than the hash.
    sketch: Vec<u32>,
}

impl Fingerprint {
    /// The stored form, with the first three photos only; below 700 bytes for any report.
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
            sketch: steps(self.sketch.hashes()),
        };
        // Strings, numbers and lists of numbers always serialise.
        let mut bytes = postcard::to_extend(&stored, vec![PRINT_VERSION]).unwrap_or_default();
        bytes.extend(self.photos.iter().take(STORED_PHOTOS).flat_map(PhotoPrint::as_bytes));
        bytes
    }

    /// Reads the stored form; `None` when it was written by a release that this one does not know. What the release
    /// before wrote is read without its photos, so that an upgrade leaves no case unrecognised until it is renewed.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, body) = bytes.split_first()?;
        if ![PRINT_VERSION, VERSION_WITH_HASHES].contains(version) {
            return None;
        }
        let (stored, photos): (Stored, &[u8]) = postcard::take_from_bytes(body).ok()?;
        let (sketch, photos) = match *version {
            VERSION_WITH_HASHES => (stored.sketch, [].as_slice()),
            _ => (sums(stored.sketch), photos),
        };
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
            sketch: Sketch::from_hashes(sketch),
            photos: photos.chunks(photo_print::BYTES).map(PhotoPrint::from_bytes).collect::<Option<_>>()?,
        })
    }
}

/// From each of these rising numbers to the next, the first from nothing.
fn steps(numbers: &[u32]) -> Vec<u32> {
    let before = std::iter::once(0).chain(numbers.iter().copied());
    numbers.iter().zip(before).map(|(number, before)| number.wrapping_sub(before)).collect()
}

/// The numbers whose steps these are.
fn sums(steps: Vec<u32>) -> Vec<u32> {
    let sum = |number: &mut u32, step: u32| {
        *number = number.wrapping_add(step);
        Some(*number)
    };
    steps.into_iter().scan(0, sum).collect()
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

    fn print(photos: usize) -> Fingerprint {
        let photo =
            |at: usize| PhotoPrint::from_bytes(&[u8::try_from(at).unwrap(); photo_print::BYTES]).unwrap();
        Fingerprint {
            point: Some(Wgs84::new(113.665, 34.753).unwrap()),
            accuracy_meters: Some(12.5),
            category: "road-damage".into(),
            family: "road".into(),
            opened_at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
            component_id: Some("4101030101000001".into()),
            address: Some(u64::MAX),
            words: Some(u64::MAX),
            sketch: Sketch::from_hashes((u32::MAX - 60..u32::MAX).collect()),
            photos: (0..photos).map(photo).collect(),
        }
    }

    #[test]
    fn the_stored_form_comes_back_with_its_first_photos_and_is_small() {
        for photos in [0, 1, 3, 9] {
            let bytes = print(photos).to_bytes();
            assert!(bytes.len() <= 700, "{}", bytes.len());
            assert_eq!(Fingerprint::from_bytes(&bytes), Some(print(photos.min(STORED_PHOTOS))));
        }
        assert_eq!(Fingerprint::from_bytes(b"{}"), None);
        assert_eq!(Fingerprint::from_bytes(&[]), None);
        let cut = print(1).to_bytes();
        assert_eq!(Fingerprint::from_bytes(&cut[..cut.len() - 1]), None);
    }

    #[test]
    fn what_the_release_before_wrote_is_read_without_its_photos() {
        // Hashes as they are, and two photos of 64 bits.
        let written = Fingerprint { sketch: Sketch::from_hashes(vec![7, 300]), ..print(0) };
        let mut bytes = written.to_bytes();
        let end = bytes.len() - 3;
        assert_eq!(bytes.split_off(end), [7, 0xa5, 2], "7 and a step of 293");
        bytes.extend([7, 0xac, 2, 2, 7, 9]);
        bytes[0] = VERSION_WITH_HASHES;
        assert_eq!(Fingerprint::from_bytes(&bytes), Some(written));
        bytes[0] = PRINT_VERSION + 1;
        assert_eq!(Fingerprint::from_bytes(&bytes), None);
    }
}
