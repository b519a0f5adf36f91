//! Reports as strangers see them: how their cases stand, and no words of people.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgPool;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// Which reports are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// These reports and no others; what follows does not matter then.
    pub ids: Option<Vec<Uuid>>,
    /// Slugs of categories of their cases; `None`: all.
    pub categories: Option<Vec<String>>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    pub updated_from: Option<DateTime<Utc>>,
    pub updated_until: Option<DateTime<Utc>>,
    /// Whether they are over; `None`: either.
    pub closed: Option<bool>,
    /// Whether the steps are wanted, too.
    pub steps: bool,
    pub limit: i64,
    pub offset: i64,
}

/// What is published of steps and states; the rulebook says.
#[derive(Debug, Clone)]
pub struct Published<'a> {
    /// Acts that citizens are told of.
    pub acts: &'a [String],
    /// States that are over.
    pub closed: &'a [&'a str],
    /// The platform that reads, which sees the words that it sent itself.
    pub reader: Option<Uuid>,
}

/// A report as strangers see it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PublicRow {
    pub report_id: Uuid,
    pub received_at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub channel: String,
    /// Only for the platform that sent it.
    pub description: Option<String>,
    pub attributes: Option<Json<serde_json::Map<String, serde_json::Value>>>,
    pub category: String,
    pub state: String,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub due_at: Option<DateTime<Utc>>,
    /// The newest published step.
    pub told_at: Option<DateTime<Utc>>,
    pub told_act: Option<String>,
    /// The step that ended the case, while it is over.
    pub closed_at: Option<DateTime<Utc>>,
    pub closing_act: Option<String>,
    pub closing_reason: Option<String>,
    /// Photos with faces and plates hidden, in the order of their release.
    pub photos: Option<Vec<Uuid>>,
    pub steps: Option<Json<Vec<PublicStep>>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PublicStep {
    pub at: DateTime<Utc>,
    pub act: String,
}

/// The reports that are wanted, the newest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.report.public", skip_all)]
pub async fn list(
    pool: &PgPool,
    wanted: &Wanted,
    published: &Published<'_>,
) -> Result<Vec<PublicRow>, StoreError> {
    Ok(sqlx::query_as(include_str!("public.sql"))
        .bind(&wanted.ids)
        .bind(&wanted.categories)
        .bind(wanted.from)
        .bind(wanted.until)
        .bind(wanted.updated_from)
        .bind(wanted.updated_until)
        .bind(wanted.closed)
        .bind(wanted.steps)
        .bind(wanted.limit)
        .bind(wanted.offset)
        .bind(published.acts)
        .bind(published.closed)
        .bind(published.reader)
        .fetch_all(pool)
        .await?)
}
