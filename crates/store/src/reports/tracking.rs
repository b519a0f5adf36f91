//! The tracking page of one report, in one round trip.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgPool;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// What the author of a report may see; nothing about who they are.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Tracked {
    pub tracking_code: String,
    pub report_id: Uuid,
    pub case_id: i64,
    pub case_version: i64,
    pub report_version: i64,
    pub outcome: String,
    pub received_at: DateTime<Utc>,
    pub category: String,
    pub state: String,
    pub case_number: String,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub due_at: Option<DateTime<Utc>>,
    pub due_kind: Option<String>,
    pub question: Option<String>,
    pub report_count: i32,
    pub timeline: Json<Vec<Line>>,
}

/// A step of the case that the author may see.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    pub log_id: i64,
    pub at: DateTime<Utc>,
    pub act: String,
    pub reason: Option<String>,
    pub note: Option<String>,
    pub deliveries: Option<Vec<DeliveryLine>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryLine {
    pub channel: String,
    pub state: String,
    pub reason: Option<String>,
    pub final_at: Option<DateTime<Utc>>,
}

/// The query behind the tracking page; the benchmark runs the same one.
pub const TRACKING_QUERY: &str = include_str!("tracking.sql");

/// The pages of the reports with these codes, in any order; a code that is none has none.
///
/// # Errors
/// When the database fails.
#[instrument(name = "db.report.track", skip_all)]
pub async fn by_codes(pool: &PgPool, tracking_codes: &[&str]) -> Result<Vec<Tracked>, StoreError> {
    Ok(sqlx::query_as(TRACKING_QUERY).bind(tracking_codes).fetch_all(pool).await?)
}

/// The versions that the page's ETag is made of: far cheaper than the page.
///
/// # Errors
/// When the database fails.
#[instrument(name = "db.report.versions", skip_all)]
pub async fn versions(pool: &PgPool, tracking_code: &str) -> Result<Option<(i64, i64, i64)>, StoreError> {
    Ok(sqlx::query_as(
        "select r.case_id, c.version, r.version from report r join cases c using (case_id) where r.tracking_code = $1",
    )
    .bind(tracking_code)
    .fetch_optional(pool)
    .await?)
}
