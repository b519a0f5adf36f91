//! The tracking page of one report, in one round trip.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgPool;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use super::shared_reads::ByCode;
use crate::StoreError;
use crate::words::Words;

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
    pub question: Option<Words>,
    pub report_count: i32,
    pub timeline: Json<Vec<Line>>,
    /// The other problems that the report named, each followed by a report of its own.
    pub parts: Json<Vec<Part>>,
    /// Tracking code of the report that this is a part of.
    pub part_of: Option<String>,
}

/// Another problem of a report, as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    pub tracking_code: String,
    pub case_number: String,
    pub state: String,
}

/// A step of the case that the author may see.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    pub log_id: i64,
    pub at: DateTime<Utc>,
    pub act: String,
    pub reason: Option<Words>,
    pub note: Option<Words>,
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

/// The versions that the page's ETag is made of: far cheaper than the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    pub case_id: i64,
    pub case_version: i64,
    pub report_version: i64,
}

impl ByCode for Tracked {
    #[instrument(level = "debug", name = "db.report.track", skip_all)]
    async fn read(pool: &PgPool, codes: &[&str]) -> Result<Vec<(String, Self)>, StoreError> {
        let pages: Vec<Self> = sqlx::query_as(TRACKING_QUERY).bind(codes).fetch_all(pool).await?;
        Ok(pages.into_iter().map(|page| (page.tracking_code.clone(), page)).collect())
    }
}

impl ByCode for Versions {
    #[instrument(level = "debug", name = "db.report.versions", skip_all)]
    async fn read(pool: &PgPool, codes: &[&str]) -> Result<Vec<(String, Self)>, StoreError> {
        let rows: Vec<(String, i64, i64, i64, bool)> = sqlx::query_as(
            "select r.tracking_code, r.case_id, c.version, r.version, r.parts > 0
             from report r join cases c using (case_id) where r.tracking_code = any ($1)",
        )
        .bind(codes)
        .fetch_all(pool)
        .await?;
        let split: Vec<&str> = rows.iter().filter(|row| row.4).map(|row| row.0.as_str()).collect();
        let parts = if split.is_empty() { HashMap::new() } else { of_parts(pool, &split).await? };
        let versions = |(code, case_id, case_version, own, _)| {
            let report_version = own + parts.get(&code).copied().unwrap_or_default();
            (code, Self { case_id, case_version, report_version })
        };
        Ok(rows.into_iter().map(versions).collect())
    }
}

/// What the parts of these reports add to the versions of their pages, which show how the parts stand; summed as in
/// `tracking.sql`. Read by itself: hardly any report has parts, and every page is asked for its version.
async fn of_parts(pool: &PgPool, codes: &[&str]) -> Result<HashMap<String, i64>, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select w.tracking_code, sum(p.version * 1048576 + pc.version)::bigint
         from report w join report p on p.split_of = w.report_id join cases pc on pc.case_id = p.case_id
         where w.tracking_code = any ($1) group by w.tracking_code",
    )
    .bind(codes)
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().collect())
}
