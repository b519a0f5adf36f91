//! Reports of nightly comparisons with platforms.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgPool;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// One comparison.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Reconciliation {
    pub run_id: Uuid,
    pub partner: String,
    pub span_from: DateTime<Utc>,
    pub span_to: DateTime<Utc>,
    pub began_at: DateTime<Utc>,
    pub ended_at: DateTime<Utc>,
    pub compared: i32,
    pub found: Json<Value>,
    pub remaining: Json<Value>,
    pub failure: Option<String>,
}

/// Keeps a report.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_reconciliation.insert", skip_all)]
pub async fn insert(pool: &PgPool, run: &Reconciliation) -> Result<(), StoreError> {
    sqlx::query(
        "insert into hotline_reconciliation (run_id, partner, span_from, span_to, began_at, ended_at, compared, found,
             remaining, failure)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(run.run_id)
    .bind(&run.partner)
    .bind(run.span_from)
    .bind(run.span_to)
    .bind(run.began_at)
    .bind(run.ended_at)
    .bind(run.compared)
    .bind(&run.found)
    .bind(&run.remaining)
    .bind(&run.failure)
    .execute(pool)
    .await?;
    Ok(())
}

/// The newest reports, of one partner or all: at most 60.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_reconciliation.list", skip_all)]
pub async fn list(pool: &PgPool, partner: Option<&str>) -> Result<Vec<Reconciliation>, StoreError> {
    Ok(sqlx::query_as(
        "select run_id, partner, span_from, span_to, began_at, ended_at, compared, found, remaining, failure
         from hotline_reconciliation where $1::text is null or partner = $1 order by began_at desc, run_id limit 60",
    )
    .bind(partner)
    .fetch_all(pool)
    .await?)
}
