//! Planned works and outages.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

#[derive(Debug, Clone)]
pub struct WorkRow<'a> {
    pub work_id: Uuid,
    pub kind: &'a str,
    /// As written: `town/410103001`, `road/R001`.
    pub areas: &'a [String],
    /// Codes of all areas of it.
    pub codes: &'a [String],
    pub from_at: DateTime<Utc>,
    pub to_at: DateTime<Utc>,
    pub answer: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct WorkView {
    pub work_id: Uuid,
    pub kind: String,
    pub areas: Vec<String>,
    pub from_at: DateTime<Utc>,
    pub to_at: DateTime<Utc>,
    pub answer: String,
    pub written_at: DateTime<Utc>,
}

/// Writes works down, in place of those of this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.work.put", skip_all)]
pub async fn put(
    conn: &mut PgConnection,
    row: &WorkRow<'_>,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<WorkView, StoreError> {
    Ok(sqlx::query_as(
        "insert into planned_work (work_id, kind, areas, codes, from_at, to_at, answer, written_by, written_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (work_id) do update set kind = excluded.kind, areas = excluded.areas, codes = excluded.codes,
             from_at = excluded.from_at, to_at = excluded.to_at, answer = excluded.answer, written_by = excluded.written_by,
             written_at = excluded.written_at, cancelled_at = null
         returning work_id, kind, areas, from_at, to_at, answer, written_at",
    )
    .bind(row.work_id)
    .bind(row.kind)
    .bind(row.areas)
    .bind(row.codes)
    .bind(row.from_at)
    .bind(row.to_at)
    .bind(row.answer)
    .bind(by)
    .bind(now)
    .fetch_one(conn)
    .await?)
}

/// Takes works off the list; `false` where there are none.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.work.cancel", skip_all)]
pub async fn cancel(pool: &PgPool, work_id: Uuid, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let cancelled =
        sqlx::query("update planned_work set cancelled_at = coalesce(cancelled_at, $2) where work_id = $1")
            .bind(work_id)
            .bind(now)
            .execute(pool)
            .await?;
    Ok(cancelled.rows_affected() == 1)
}

/// Works that are not over, in one of these areas where they are given, those that have begun first: at most 100.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.work.list", skip_all)]
pub async fn list(
    pool: &PgPool,
    codes: Option<&[String]>,
    now: DateTime<Utc>,
) -> Result<Vec<WorkView>, StoreError> {
    Ok(sqlx::query_as(
        "select work_id, kind, areas, from_at, to_at, answer, written_at from planned_work
         where cancelled_at is null and to_at > $2 and ($1::text[] is null or codes && $1)
         order by from_at, work_id limit 100",
    )
    .bind(codes)
    .bind(now)
    .fetch_all(pool)
    .await?)
}
