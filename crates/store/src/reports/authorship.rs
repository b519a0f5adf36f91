//! Who wrote a report, proved by the claim secret.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use super::record::Facts;
use crate::{StoreError, wake};

/// A report whose author is proved.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Authored {
    pub report_id: Uuid,
    pub tracking_code: String,
    pub case_id: i64,
    pub pseudonym: Uuid,
}

/// The report that this secret proves.
///
/// # Errors
/// When the database fails.
#[instrument(name = "db.report.by_claim", skip_all)]
pub async fn by_claim(pool: &PgPool, claim_hash: &[u8]) -> Result<Option<Authored>, StoreError> {
    Ok(sqlx::query_as(
        "select report_id, tracking_code, case_id, pseudonym from report where claim_hash = $1",
    )
    .bind(claim_hash)
    .fetch_optional(pool)
    .await?)
}

/// Counts an urge of the author of `report_id` and returns the first report's facts.
///
/// # Errors
/// When the database fails.
#[instrument(name = "db.report.urge", skip_all)]
pub async fn urge(
    conn: &mut PgConnection,
    report_id: Uuid,
    words: &str,
    now: DateTime<Utc>,
) -> Result<Facts, StoreError> {
    let (case_id, pseudonym): (i64, Uuid) = sqlx::query_as(
        "update report set urge_count = urge_count + 1, version = version + 1 where report_id = $1
         returning case_id, pseudonym",
    )
    .bind(report_id)
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query("update cases set urge_count = urge_count + 1 where case_id = $1")
        .bind(case_id)
        .execute(&mut *conn)
        .await?;
    sqlx::query("select append_case_log($1, $2, 'urged', 'reporter', $3, null, null, null, $4, null, $5)")
        .bind(case_id)
        .bind(now)
        .bind(pseudonym)
        .bind(words)
        .bind(report_id)
        .execute(&mut *conn)
        .await?;
    wake::case_changed(conn, case_id).await?;
    facts_of(conn, report_id).await
}

async fn facts_of(conn: &mut PgConnection, report_id: Uuid) -> Result<Facts, StoreError> {
    let facts: sqlx::types::Json<Facts> = sqlx::query_scalar(
        "select jsonb_build_object(
            'outcome', 'followUp', 'receiptNumber', r.receipt_number, 'caseId', c.case_id, 'caseNumber', c.case_number,
            'state', c.state, 'category', c.category, 'centerCode', c.center_code, 'segmentCode', c.segment_code,
            'dueAt', c.due_at, 'dueKind', c.due_kind, 'reportId', r.report_id, 'trackingCode', r.tracking_code)
         from report r join cases c using (case_id) where r.report_id = $1",
    )
    .bind(report_id)
    .fetch_one(conn)
    .await?;
    Ok(facts.0)
}
