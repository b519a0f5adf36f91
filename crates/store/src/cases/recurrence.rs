//! A problem that comes back: looking for the cases before, and linking the new one to them.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;

use super::view::Of;
use crate::reports::record::Reach;
use crate::work::jobs;
use crate::{StoreError, wake};

/// Closed cases looked at in each cell and family, the newest first.
const LOOKED_AT: i32 = 200;
/// Fingerprints of a case that are compared: its own, and those of the newest merged into it.
const PRINTS: i64 = 16;

/// A case that may be the return of another.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Subject {
    pub case_id: i64,
    pub case_number: String,
    pub opened_at: DateTime<Utc>,
    /// Its own fingerprint first, then those of cases that were merged into it.
    pub prints: Vec<Vec<u8>>,
}

/// A case that was over before another was opened.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PastRow {
    pub case_id: i64,
    pub fingerprint: Vec<u8>,
    /// The last case of its chain of merges; itself when it is not merged.
    pub last_id: i64,
    pub ended_at: DateTime<Utc>,
}

/// What is stored of a recurrence.
#[derive(Debug, Clone, PartialEq)]
pub struct RecurrenceRow {
    pub recurrence_of: i64,
    pub times_here: i32,
    pub window_days: i32,
    pub hot_spot: bool,
    /// The judge's match.
    pub judged: Value,
}

/// A recurrence as staff see it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RecurrenceView {
    pub previous_case_number: String,
    pub times_here: i32,
    pub window_days: i32,
    pub hot_spot: bool,
}

/// The case with all its fingerprints; `None` when it is merged, for then the case that holds it is asked about.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recurrence.subject", skip_all)]
pub async fn subject(pool: &PgPool, case_id: i64) -> Result<Option<Subject>, StoreError> {
    Ok(sqlx::query_as(
        "with recursive own (case_id, step) as (
             select $1::bigint, 0
             union all
             select c.case_id, step + 1 from own join cases c on c.merged_into = own.case_id
         )
         select case_id, case_number, opened_at, array(
             select m.fingerprint from own join cases m using (case_id) order by step > 0, m.case_id desc limit $2) as prints
         from cases where case_id = $1 and merged_into is null",
    )
    .bind(case_id)
    .bind(PRINTS)
    .fetch_optional(pool)
    .await?)
}

/// Cases within reach that were over between `since` and `before`. See `past_cases`.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recurrence.past", skip_all)]
pub async fn past(
    pool: &PgPool,
    reach: &Reach,
    case_id: i64,
    since: DateTime<Utc>,
    before: DateTime<Utc>,
) -> Result<Vec<PastRow>, StoreError> {
    Ok(sqlx::query_as("select * from past_cases($1, $2, $3, $4, $5)")
        .bind(reach)
        .bind(case_id)
        .bind(since)
        .bind(before)
        .bind(LOOKED_AT)
        .fetch_all(pool)
        .await?)
}

/// Writes what a locked case is the return of, or that it is none, with its log line and outbox row; nothing when that
/// is known already. Returns whether anything changed.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recurrence.write", skip_all)]
pub async fn write(
    conn: &mut PgConnection,
    case_id: i64,
    found: Option<&RecurrenceRow>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let changed = match found {
        Some(row) => link(&mut *conn, case_id, row, now).await?,
        None => unlink(&mut *conn, case_id).await?,
    };
    if !changed {
        return Ok(false);
    }
    let view = of(&mut *conn, &[case_id]).await?.pop().map(|row| row.it);
    let note = view.as_ref().map(|it| {
        format!("{}天内第{}次，上一次是案件 {}", it.window_days, it.times_here, it.previous_case_number)
    });
    let detail = view.zip(found).map(|(view, row)| {
        serde_json::json!({
            "previousCaseNumber": view.previous_case_number,
            "timesHere": view.times_here,
            "windowDays": view.window_days,
            "hotSpot": view.hot_spot,
            "match": row.judged,
        })
    });
    let log_id: i64 = sqlx::query_scalar(
        "select append_case_log($1, $2, $3, 'system', null, null, null, null, $4, $5, null)",
    )
    .bind(case_id)
    .bind(now)
    .bind(if found.is_some() { "recurred" } else { "notRecurred" })
    .bind(note)
    .bind(detail.map(Json))
    .fetch_one(&mut *conn)
    .await?;
    let payload = serde_json::json!({ "logId": log_id, "caseId": case_id });
    jobs::insert(&mut *conn, "announce", &payload, now).await?;
    wake::case_changed(conn, case_id).await?;
    Ok(true)
}

async fn link(
    conn: &mut PgConnection,
    case_id: i64,
    row: &RecurrenceRow,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "insert into case_recurrence as known (case_id, recurrence_of, times_here, window_days, hot_spot, judged, found_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (case_id) do update set recurrence_of = $2, times_here = $3, window_days = $4, hot_spot = $5,
             judged = $6, found_at = $7
         where (known.recurrence_of, known.times_here, known.window_days, known.hot_spot) <> ($2, $3, $4, $5)",
    )
    .bind(case_id)
    .bind(row.recurrence_of)
    .bind(row.times_here)
    .bind(row.window_days)
    .bind(row.hot_spot)
    .bind(Json(&row.judged))
    .bind(now)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn unlink(conn: &mut PgConnection, case_id: i64) -> Result<bool, StoreError> {
    let done =
        sqlx::query("delete from case_recurrence where case_id = $1").bind(case_id).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// What each of these cases is the return of; nothing for the first of its kind at its place.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recurrence.of", skip_all)]
pub async fn of(
    conn: impl sqlx::PgExecutor<'_>,
    case_ids: &[i64],
) -> Result<Vec<Of<RecurrenceView>>, StoreError> {
    Ok(sqlx::query_as(
        "select r.case_id, p.case_number as previous_case_number, r.times_here, r.window_days, r.hot_spot
         from case_recurrence r join cases p on p.case_id = r.recurrence_of where r.case_id = any ($1)",
    )
    .bind(case_ids)
    .fetch_all(conn)
    .await?)
}
