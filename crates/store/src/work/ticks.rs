//! Warnings and breaches of clocks, raised when their moment has come.

use chrono::{DateTime, Utc};
use jiekou_core::case::CaseClock;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;

use crate::StoreError;

/// What a tick did.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Raised {
    /// Clocks raised.
    pub raised: i32,
    /// The moment of the one that waited longest.
    pub earliest: Option<DateTime<Utc>>,
}

/// Raises some of the clocks whose moment lies before `now`, the earliest first and each exactly once: a log line that names the rule, and a
/// job that tells whom the rulebook names.
///
/// # Errors
/// When the database fails; nothing is raised then.
#[instrument(level = "debug", name = "db.clock.raise", skip_all)]
pub async fn raise(pool: &PgPool, now: DateTime<Utc>) -> Result<Raised, StoreError> {
    Ok(sqlx::query_as("select raised, earliest from raise_clocks($1)").bind(now).fetch_one(pool).await?)
}

/// The earliest moment that is not raised yet; `None` when no clock runs.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.clock.next", skip_all)]
pub async fn next(pool: &PgPool) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(sqlx::query_scalar("select min(next_at) from case_clock where next_at is not null")
        .fetch_one(pool)
        .await?)
}

/// A clock that was raised, with what decides who is told.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RaisedClock {
    pub center_code: String,
    pub segment_code: Option<String>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub assignee: Option<String>,
    pub rulebook_version_id: i64,
    pub clock: Json<CaseClock>,
    /// The rung that was told of this clock's breach.
    pub told_rung: Option<i32>,
    /// The highest rung that was told of a breach of the same kind in this case.
    pub highest_rung: Option<i32>,
}

/// A raised clock, its case locked until the transaction ends; `None` when there is no such clock.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.clock.lock_raised", skip_all)]
pub async fn lock_raised(
    conn: &mut PgConnection,
    case_id: i64,
    n: i32,
) -> Result<Option<RaisedClock>, StoreError> {
    sqlx::query("select from cases where case_id = $1 for update").bind(case_id).execute(&mut *conn).await?;
    Ok(sqlx::query_as(
        "select c.center_code, c.segment_code, c.longitude, c.latitude, c.assignee, c.rulebook_version_id,
                case_clocks(c.case_id) -> ($2 - 1) as clock, k.overdue_rung as told_rung,
                (select max(overdue_rung) from case_clock every
                 where every.case_id = c.case_id and every.kind = k.kind) as highest_rung
         from cases c join case_clock k on k.case_id = c.case_id and k.n = $2 where c.case_id = $1",
    )
    .bind(case_id)
    .bind(n)
    .fetch_optional(conn)
    .await?)
}

/// Notes which rung hears of the breach of a clock, in the case's log too.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.clock.escalated", skip_all)]
pub async fn escalated(
    conn: &mut PgConnection,
    case_id: i64,
    n: i32,
    rung: i32,
    detail: &serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "with told as (update case_clock set overdue_rung = $3 where case_id = $1 and n = $2)
         select append_case_log($1, $5, 'escalated', 'system', null, null, null, null, null, $4, null)",
    )
    .bind(case_id)
    .bind(n)
    .bind(rung)
    .bind(Json(detail))
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}
