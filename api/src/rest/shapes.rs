//! Shapes that several endpoints share on the wire.

use async_graphql::{Json, SimpleObject};
use jiekou_core::category::CodeSystem;
use jiekou_core::dedup::{Likeness, Reason};
use jiekou_core::place::gazetteer::{Place, PlaceKind};
use jiekou_core::privacy::scrub;
use jiekou_core::report::{Exposure, FieldCode, FieldError};
use jiekou_service::submit_report::{Safety, SimilarCase};
use jiekou_store::words::Said;
use serde::Serialize;
use utoipa::ToSchema;

use crate::graphql::{Word, readers};
use crate::problem::{Kind, Problem};

/// A fault of one field.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "FieldFault", guard = "readers::ANYBODY")]
#[serde(rename_all = "camelCase")]
pub struct FieldErrorBody {
    /// JSON pointer to the field.
    pub pointer: String,
    /// Such as `missing`, `wrongType`, `outOfRange`, `outsideChina`, `swappedCoordinates`, `alreadyUsed`.
    #[schema(value_type = String)]
    pub code: Word<FieldCode>,
    /// What to do, in words.
    pub detail: String,
}

impl From<FieldError> for FieldErrorBody {
    fn from(fault: FieldError) -> Self {
        Self { pointer: fault.pointer, code: Word(fault.code), detail: fault.detail }
    }
}

/// What a medium published.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Exposure", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct ExposureBody {
    /// Name of the medium, such as 郑州晚报.
    #[schema(min_length = 1, max_length = 50)]
    pub name: String,
    pub published_on: chrono::NaiveDate,
    /// Where it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, pattern = "^https?://.+")]
    pub url: Option<String>,
}

impl ExposureBody {
    /// What was said of it, as everybody may read it.
    pub fn shown(said: &Said) -> Option<Self> {
        let exposure: Exposure = serde_json::from_value(said.shown()).ok()?;
        Some(Self { name: exposure.name, published_on: exposure.published_on, url: exposure.url })
    }
}

/// A known case that may be the same problem. Its photo is a released copy: faces and plates are hidden.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "SimilarCase", guard = "readers::ANYBODY")]
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
    pub reasons: Vec<Word<Reason>>,
    /// What is being done, in a word: 已受理.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Minutes since it was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_minutes: Option<i64>,
    /// Probability that it is the same problem; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[graphql(guard = "readers::STAFF")]
    pub score: Option<f64>,
    /// The features that the score was computed from; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    #[graphql(guard = "readers::STAFF")]
    pub likeness: Option<Json<Likeness>>,
    /// The center that answers for it; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[graphql(guard = "readers::STAFF")]
    pub center_name: Option<String>,
}

impl From<SimilarCase> for SimilarBody {
    fn from(case: SimilarCase) -> Self {
        let (score, likeness, center_name) = match case.detail {
            Some(detail) => (Some(detail.score), Some(Json(detail.likeness)), Some(detail.center_name)),
            None => (None, None, None),
        };
        Self {
            case_number: case.case_number,
            distance_meters: case.distance_meters,
            opened_at: case.opened_at,
            state: case.state,
            photo_url: case.photo_url,
            reasons: case.reasons.into_iter().map(Word).collect(),
            status: case.status,
            age_minutes: case.age_minutes,
            score,
            likeness,
            center_name,
        }
    }
}

/// What to do at once where life is in danger.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Safety", guard = "readers::ANYBODY")]
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
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Named", guard = "readers::ANYBODY")]
#[serde(rename_all = "camelCase")]
pub struct NamedBody {
    pub code: String,
    pub name: String,
}

/// A point, WGS-84, in degrees.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Point", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct PointBody {
    pub longitude: f64,
    pub latitude: f64,
}

/// A place that words name. It lies within the radius with the stated confidence.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Place", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct PlaceBody {
    pub name: String,
    /// `landmark`, `shop`, `houseNumber`, `crossing`, `road` or `town`.
    #[schema(value_type = String)]
    pub kind: Word<PlaceKind>,
    /// WGS-84, degrees.
    pub longitude: f64,
    pub latitude: f64,
    pub radius_meters: f64,
    /// 0 to 1.
    pub confidence: f64,
}

impl From<Place> for PlaceBody {
    fn from(place: Place) -> Self {
        Self {
            name: place.name,
            kind: Word(place.kind),
            longitude: place.point.longitude(),
            latitude: place.point.latitude(),
            radius_meters: place.radius_meters,
            confidence: place.confidence,
        }
    }
}

/// The code of a problem in a standard catalogue.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "StandardCode", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct CodeBody {
    /// Such as `GB/T 30428.2-2013`.
    #[schema(value_type = String)]
    pub system: Word<CodeSystem>,
    pub code: String,
}

/// What somebody wrote, without the numbers and addresses by which a person is found.
pub fn shown(words: &str) -> String {
    scrub(words).into_owned()
}

/// Wrong types, and what is missing beside them.
pub fn missing(mut faults: Vec<FieldError>, absent: &[(&str, bool)]) -> Problem {
    for (pointer, _) in absent.iter().filter(|(_, absent)| *absent) {
        if !faults.iter().any(|fault| fault.pointer == *pointer) {
            faults.push(FieldError::new(*pointer, FieldCode::Missing, "请填写"));
        }
    }
    Problem::from(Kind::Validation).with_errors(faults)
}
