//! What mutations take. It goes through the reader of REST, which knows every fault and its pointer.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A report; `description` and `location` are owed when it is sent, nothing while it is still being written.
#[derive(Debug, Serialize, InputObject)]
#[serde(rename_all = "camelCase")]
pub struct ReportInput {
    /// Slug of a category; absent, it is suggested from the words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationInput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo_ids: Option<Vec<Uuid>>,
    /// Answers to the category's questions, by code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactInput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anonymous: Option<bool>,
    /// Number of the case that the reporter says it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<String>,
    /// The reporter has seen what is similar and says it is another problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm_new: Option<bool>,
    /// Claim secret of an earlier report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_secret: Option<String>,
    /// Where it comes from; only staff say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<ExposureInput>,
}

/// Where it is: coordinates with their system, or an address, a component or a segment.
#[derive(Debug, Serialize, InputObject)]
#[serde(rename_all = "camelCase")]
pub struct LocationInput {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// `WGS-84`, `GCJ-02` or `BD-09`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coordinate_system: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy_meters: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment_code: Option<String>,
}

/// How the reporter is reached. Encrypted at rest; no query gives it back.
#[derive(Debug, Serialize, InputObject)]
pub struct ContactInput {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// What a medium published.
#[derive(Debug, Serialize, InputObject)]
#[serde(rename_all = "camelCase")]
pub struct ExposureInput {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A day, such as `2026-11-23`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A move; `docs/moves.md` says what each owes.
#[derive(Debug, Serialize, InputObject)]
#[serde(rename_all = "camelCase")]
pub struct MoveInput {
    /// Such as `accept`, `confirm`, `dispatch`.
    pub r#move: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo_ids: Option<Vec<Uuid>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_photo_ids: Option<Vec<Uuid>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// A day, such as `2026-11-23`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worked: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complexity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationInput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_id: Option<Uuid>,
}

/// What was sent, as the body of REST that says the same.
pub fn body(input: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(input) {
        Ok(Value::Object(object)) => object,
        // Structures of texts and numbers always are objects.
        Ok(_) | Err(_) => Map::new(),
    }
}

/// By what a resend is recognised.
pub fn hash(body: &Map<String, Value>) -> [u8; 32] {
    Sha256::digest(serde_json::to_vec(body).unwrap_or_default()).into()
}
