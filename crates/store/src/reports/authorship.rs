//! Who wrote a report, proved by the claim secret ([`super::of_resident`]: by an account).

use sqlx::{PgConnection, PgExecutor, PgPool};
use tracing::instrument;
use uuid::Uuid;

use super::record::Facts;
use crate::StoreError;

/// A report whose author is proved.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Authored {
    pub report_id: Uuid,
    pub tracking_code: String,
    pub case_id: i64,
    pub pseudonym: Uuid,
    pub category: String,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    /// Whether the case it follows has a point.
    pub located: bool,
}

/// Selects [`Authored`] from `r`, a report; whoever uses it says of which.
pub(super) const AUTHORED: &str = "select r.report_id, r.tracking_code, r.case_id, r.pseudonym, r.category,
            (r.place ->> 'longitude')::float8 as longitude, (r.place ->> 'latitude')::float8 as latitude,
            c.longitude is not null as located
     from report r join cases c using (case_id)";

/// The report that this secret proves.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.report.by_claim", skip_all)]
pub async fn by_claim(pool: &PgPool, claim_hash: &[u8]) -> Result<Option<Authored>, StoreError> {
    let statement = format!("{AUTHORED} where r.claim_hash = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement)).bind(claim_hash).fetch_optional(pool).await?)
}

/// The report with this id, for whoever proved otherwise that it is theirs.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.report.authored", skip_all)]
pub async fn of_report(conn: impl PgExecutor<'_>, report_id: Uuid) -> Result<Option<Authored>, StoreError> {
    let statement = format!("{AUTHORED} where r.report_id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement)).bind(report_id).fetch_optional(conn).await?)
}

/// The report with this tracking code, if this secret proves it or the report that it is a part of.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.report.by_claim_and_code", skip_all)]
pub async fn by_claim_and_code(
    pool: &PgPool,
    claim_hash: &[u8],
    tracking_code: &str,
) -> Result<Option<Authored>, StoreError> {
    let statement = format!(
        "{AUTHORED} join report sent on sent.report_id = coalesce(r.split_of, r.report_id)
         where r.tracking_code = $2 and sent.claim_hash = $1"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(claim_hash)
        .bind(tracking_code)
        .fetch_optional(pool)
        .await?)
}

/// The report with this tracking code, if this pseudonym stands for its author.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.report.by_pseudonym_and_code", skip_all)]
pub async fn by_pseudonym_and_code(
    pool: &PgPool,
    pseudonym: Uuid,
    tracking_code: &str,
) -> Result<Option<Authored>, StoreError> {
    let statement = format!("{AUTHORED} where r.tracking_code = $2 and r.pseudonym = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(pseudonym)
        .bind(tracking_code)
        .fetch_optional(pool)
        .await?)
}

/// The first report about this case whose author this pseudonym stands for.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.report.by_pseudonym_in_case", skip_all)]
pub async fn by_pseudonym_in_case(
    pool: &PgPool,
    pseudonym: Uuid,
    case_id: i64,
) -> Result<Option<Authored>, StoreError> {
    let statement = format!(
        "{AUTHORED} where r.case_id = $2 and r.pseudonym = $1 and r.withdrawn_at is null
         order by r.receipt_number limit 1"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(pseudonym)
        .bind(case_id)
        .fetch_optional(pool)
        .await?)
}

/// What is recorded of a report, as the answer to a follow-up needs it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.report.facts", skip_all)]
pub async fn facts(conn: &mut PgConnection, report_id: Uuid) -> Result<Facts, StoreError> {
    let found: sqlx::types::Json<Facts> = sqlx::query_scalar(
        "select jsonb_build_object(
            'outcome', 'followUp', 'receiptNumber', r.receipt_number, 'caseId', c.case_id, 'caseNumber', c.case_number,
            'state', c.state, 'category', c.category, 'centerCode', c.center_code, 'segmentCode', c.segment_code,
            'dueAt', c.due_at, 'dueKind', c.due_kind, 'reportId', r.report_id, 'trackingCode', r.tracking_code)
         from report r join cases c using (case_id) where r.report_id = $1",
    )
    .bind(report_id)
    .fetch_one(conn)
    .await?;
    Ok(found.0)
}

/// The author of a report that is there, for whoever knows otherwise that they speak for it.
///
/// # Errors
/// When the database fails.
pub async fn author(conn: impl PgExecutor<'_>, report_id: Uuid) -> Result<Authored, StoreError> {
    of_report(conn, report_id).await?.ok_or(StoreError::Inconsistent("a report that was there"))
}

/// Whether the report says these words, or, where they were cut off, begins as they do.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.report.has_said", skip_all)]
pub async fn has_said(conn: &mut PgConnection, report_id: Uuid, words: &str) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select case when description like '%…' then starts_with($2, rtrim(description, '…')) else $2 = description end
         from report where report_id = $1")
        .bind(report_id)
        .bind(words)
        .fetch_one(conn)
        .await?)
}
