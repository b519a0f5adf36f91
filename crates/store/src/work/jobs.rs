//! The outbox: what a worker must do because something changed.

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// A claimed job. Its lease ends at `run_at` in the database; a worker that dies leaves it to the next one.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Job {
    pub job_id: i64,
    pub kind: String,
    pub payload: Json<Value>,
    pub attempts: i32,
    pub lease_token: Uuid,
}

/// Writes a job in the transaction of the change it follows from.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    conn: &mut PgConnection,
    kind: &str,
    payload: &Value,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("insert into job (kind, payload, created_at, run_at) values ($1, $2, $3, $3)")
        .bind(kind)
        .bind(Json(payload))
        .bind(now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes a job that is to be done at `run_at` at the earliest.
///
/// # Errors
/// When the database fails.
pub async fn insert_for(
    conn: &mut PgConnection,
    kind: &str,
    payload: &Value,
    run_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("insert into job (kind, payload, created_at, run_at) values ($1, $2, $3, $4)")
        .bind(kind)
        .bind(Json(payload))
        .bind(now)
        .bind(run_at)
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes a job unless one of its kind waits already.
///
/// # Errors
/// When the database fails.
pub async fn insert_unless_waiting(
    conn: &mut PgConnection,
    kind: &str,
    payload: &Value,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into job (kind, payload, created_at, run_at) select $1, $2, $3, $3
         where not exists (select from job where kind = $1 and dead_at is null)",
    )
    .bind(kind)
    .bind(Json(payload))
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// Claims up to `limit` due jobs of these `kinds` until `now + lease`; a kind that this release does not know waits for
/// a worker of a newer one. No transaction stays open while they are done.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.job.claim", skip_all)]
pub async fn claim(
    pool: &PgPool,
    kinds: &[&str],
    limit: i64,
    lease: Duration,
    now: DateTime<Utc>,
) -> Result<Vec<Job>, StoreError> {
    Ok(sqlx::query_as(
        "update job set run_at = $3, attempts = attempts + 1, lease_token = gen_random_uuid()
         where job_id in (select job_id from job where dead_at is null and run_at <= $2 and kind = any ($4)
                          order by run_at limit $1 for update skip locked)
         returning job_id, kind, payload, attempts, lease_token",
    )
    .bind(limit)
    .bind(now)
    .bind(now + lease)
    .bind(kinds)
    .fetch_all(pool)
    .await?)
}

/// Keeps a job of this lease until `until`. `false`: the lease had passed to another worker.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.job.renew", skip_all)]
pub async fn renew(pool: &PgPool, job: &Job, until: DateTime<Utc>) -> Result<bool, StoreError> {
    let kept = sqlx::query("update job set run_at = $3 where job_id = $1 and lease_token = $2")
        .bind(job.job_id)
        .bind(job.lease_token)
        .bind(until)
        .execute(pool)
        .await?;
    Ok(kept.rows_affected() == 1)
}

/// Removes a finished job. `false`: the lease had passed to another worker.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.job.finish", skip_all)]
pub async fn finish(pool: &PgPool, job: &Job) -> Result<bool, StoreError> {
    let done = sqlx::query("delete from job where job_id = $1 and lease_token = $2")
        .bind(job.job_id)
        .bind(job.lease_token)
        .execute(pool)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a failed job back until `next_at`, or lays it aside visibly when that is `None`.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.job.retry", skip_all)]
pub async fn retry(
    pool: &PgPool,
    job: &Job,
    next_at: Option<DateTime<Utc>>,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update job set run_at = coalesce($3, run_at), dead_at = case when $3 is null then $5 end, last_error = $4,
             lease_token = null where job_id = $1 and lease_token = $2",
    )
    .bind(job.job_id)
    .bind(job.lease_token)
    .bind(next_at)
    .bind(reason)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(())
}

/// Jobs waiting and jobs laid aside.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.job.count", skip_all)]
pub async fn count(pool: &PgPool) -> Result<(i64, i64), StoreError> {
    Ok(sqlx::query_as(
        "select count(*) filter (where dead_at is null), count(*) filter (where dead_at is not null) from job",
    )
    .fetch_one(pool)
    .await?)
}
