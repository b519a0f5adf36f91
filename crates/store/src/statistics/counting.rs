//! How far the log was counted. The tables and why a number can become final are told in the migration of statistics and
//! in `final_line`.

use std::collections::HashMap;

use jiekou_core::statistics::Counted;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use tracing::instrument;

use crate::StoreError;

/// Advisory lock of whoever counts.
const COUNTING: i64 = 0x636f_756e_7421;

/// How far was counted.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Progress {
    /// The definitions that it was counted by.
    pub definitions: i32,
    /// Every log line up to this one is counted.
    pub counted_log: i64,
    /// The highest number that a log line was given.
    pub drawn_log: i64,
}

/// A transaction that only reads, and sees everything as of one moment: what was counted, and what was not yet.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.counting.snapshot", skip_all)]
pub async fn snapshot(pool: &PgPool) -> Result<Transaction<'static, Postgres>, StoreError> {
    Ok(pool.begin_with("begin isolation level repeatable read, read only").await?)
}

/// A transaction that sees everything as of one moment and keeps what follows from it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.counting.writing_snapshot", skip_all)]
pub async fn writing_snapshot(pool: &PgPool) -> Result<Transaction<'static, Postgres>, StoreError> {
    Ok(pool.begin_with("begin isolation level repeatable read").await?)
}

/// Whether this transaction is the one that counts. Asked before anything else in it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.counting.lock", skip_all)]
pub async fn try_lock(conn: &mut PgConnection) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select pg_try_advisory_xact_lock($1)").bind(COUNTING).fetch_one(conn).await?)
}

/// How far was counted.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.counting.progress", skip_all)]
pub async fn progress(conn: &mut PgConnection) -> Result<Progress, StoreError> {
    Ok(sqlx::query_as(
        "select definitions, counted_log, (select case when is_called then last_value else 0 end
             from case_log_log_id_seq) as drawn_log from counting",
    )
    .fetch_one(conn)
    .await?)
}

/// Forgets what was counted: from now on it is counted by other definitions.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.counting.restart", skip_all)]
pub async fn restart(conn: &mut PgConnection, definitions: i32) -> Result<(), StoreError> {
    sqlx::query("delete from roll_up").execute(&mut *conn).await?;
    sqlx::query("delete from counted_case").execute(&mut *conn).await?;
    sqlx::query("update counting set definitions = $1, counted_log = 0")
        .bind(definitions)
        .execute(conn)
        .await?;
    Ok(())
}

/// How far the log is final: no line up to that number will appear any more.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.counting.final_line", skip_all)]
pub async fn final_line(conn: &mut PgConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("select final_line()").fetch_one(conn).await?)
}

/// Cases with lines after `from`, but for lines after `until`: those of the next `lines` lines, and the number up to which
/// they are all.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.counting.next_cases", skip_all)]
pub async fn next_cases(
    conn: &mut PgConnection,
    from: i64,
    until: i64,
    lines: i64,
) -> Result<(i64, Vec<i64>), StoreError> {
    let end: i64 = sqlx::query_scalar(
        "select coalesce((select log_id from case_log where log_id > $1 and log_id <= $2
                          order by log_id offset $3 limit 1), $2)",
    )
    .bind(from)
    .bind(until)
    .bind(lines - 1)
    .fetch_one(&mut *conn)
    .await?;
    let cases =
        sqlx::query_scalar("select distinct case_id from case_log where log_id > $1 and log_id <= $2")
            .bind(from)
            .bind(end)
            .fetch_all(conn)
            .await?;
    Ok((end, cases))
}

/// Cases with lines after `from`, at most so many.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.counting.cases_since", skip_all)]
pub async fn cases_since(conn: &mut PgConnection, from: i64, limit: i64) -> Result<Vec<i64>, StoreError> {
    Ok(sqlx::query_scalar("select distinct case_id from case_log where log_id > $1 limit $2")
        .bind(from)
        .bind(limit)
        .fetch_all(conn)
        .await?)
}

/// Every line up to this one is counted now.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.counting.counted", skip_all)]
pub async fn counted_up_to(conn: &mut PgConnection, line: i64) -> Result<(), StoreError> {
    sqlx::query("update counting set counted_log = $1").bind(line).execute(conn).await?;
    Ok(())
}

/// What these cases were counted as; those never counted are left out.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.counting.counted_as", skip_all)]
pub async fn counted_as(conn: &mut PgConnection, cases: &[i64]) -> Result<HashMap<i64, Counted>, StoreError> {
    let rows: Vec<(i64, Json<Counted>)> =
        sqlx::query_as("select case_id, counted from counted_case where case_id = any ($1)")
            .bind(cases)
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(|(case_id, counted)| (case_id, counted.0)).collect())
}

/// Remembers what these cases are counted as.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.counting.remember", skip_all)]
pub async fn remember(conn: &mut PgConnection, counted: &[(i64, Counted)]) -> Result<(), StoreError> {
    let (ids, counted): (Vec<i64>, Vec<Json<&Counted>>) =
        counted.iter().map(|(case_id, counted)| (*case_id, Json(counted))).unzip();
    sqlx::query(
        "insert into counted_case as known (case_id, counted) select * from unnest($1::bigint[], $2::jsonb[])
         on conflict (case_id) do update set counted = excluded.counted where known.counted <> excluded.counted",
    )
    .bind(ids)
    .bind(counted)
    .execute(conn)
    .await?;
    Ok(())
}
