//! A report as a channel hands it over: typed, but nothing about it is believed yet.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{ClaimSecret, FieldError, Filer, RawOrigin};

/// The unchecked fields of a report, the same for every channel. [`super::NewReport::parse`] makes it believable.
#[derive(Debug, Clone, Default)]
pub struct RawReport {
    pub category: Option<String>,
    pub description: Option<String>,
    pub location: Option<RawLocation>,
    pub photo_ids: Vec<Uuid>,
    /// Addresses that photos are to be fetched from, after the report was taken.
    pub media_urls: Vec<String>,
    pub attributes: Map<String, Value>,
    pub occurred_at: Option<DateTime<Utc>>,
    pub contact: Option<RawContact>,
    pub anonymous: bool,
    pub duplicate_of: Option<String>,
    pub confirm_new: bool,
    /// Proof that the sender is the author of an earlier report.
    pub claim_secret: Option<ClaimSecret>,
    pub origin: RawOrigin,
    pub filer: Filer,
    /// What the channel could not even read; told together with what is found wrong later.
    pub faults: Vec<FieldError>,
}

#[derive(Debug, Clone, Default)]
pub struct RawLocation {
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub coordinate_system: Option<String>,
    pub accuracy_meters: Option<f64>,
    pub address: Option<String>,
    pub component_id: Option<String>,
    pub segment_code: Option<String>,
}

#[derive(Clone, Default)]
pub struct RawContact {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
}

impl std::fmt::Debug for RawContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RawContact(…)")
    }
}
