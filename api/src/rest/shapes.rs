//! Shapes that several endpoints share on the wire.

use jiekou_core::dedup::Reason;
use jiekou_service::submit_report::{Safety, SimilarCase};
use serde::Serialize;
use utoipa::ToSchema;

/// A fault of one field.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldErrorBody {
    /// JSON pointer to the field.
    pub pointer: String,
    /// Such as `missing`, `wrongType`, `outOfRange`, `outsideChina`, `swappedCoordinates`, `alreadyUsed`.
    pub code: String,
    /// What to do, in words.
    pub detail: String,
}

/// A known case that may be the same problem. Its photo is a released copy: faces and plates are hidden.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SimilarBody {
    pub case_number: String,
    /// Metres; absent where one of the two has no point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_meters: Option<f64>,
    pub opened_at: chrono::DateTime<chrono::Utc>,
    pub state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo_url: Option<String>,
    #[schema(value_type = Vec<String>)]
    pub reasons: Vec<Reason>,
}

impl From<SimilarCase> for SimilarBody {
    fn from(case: SimilarCase) -> Self {
        let SimilarCase { case_number, distance_meters, opened_at, state, photo_url, reasons } = case;
        Self { case_number, distance_meters, opened_at, state, photo_url, reasons }
    }
}

/// What to do at once where life is in danger.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SafetyBody {
    pub kinds: Vec<String>,
    /// Numbers to call now: 110, 119, 120.
    pub numbers: Vec<String>,
    pub advice: String,
}

impl From<Safety> for SafetyBody {
    fn from(safety: Safety) -> Self {
        let Safety { kinds, numbers, advice } = safety;
        Self { kinds, numbers, advice }
    }
}

/// Code and name of a center or segment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamedBody {
    pub code: String,
    pub name: String,
}

/// A point, WGS-84, in degrees.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PointBody {
    pub longitude: f64,
    pub latitude: f64,
}
