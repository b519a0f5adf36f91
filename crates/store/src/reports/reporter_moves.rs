//! What reporters do to a case: taking a report back, and answering whether the problem is solved. The caller holds the
//! locks of the case and of the report ([`crate::cases::view::lock_of_report`]).

use chrono::{DateTime, Utc};
use jiekou_core::report::Satisfaction;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// Whose report a tracking code shows.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Tracked {
    pub report_id: Uuid,
    pub pseudonym: Uuid,
}

/// The report with this tracking code.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.report.of_code", skip_all)]
pub async fn of_code(pool: &PgPool, tracking_code: &str) -> Result<Option<Tracked>, StoreError> {
    Ok(sqlx::query_as("select report_id, pseudonym from report where tracking_code = $1")
        .bind(tracking_code)
        .fetch_optional(pool)
        .await?)
}

/// How many reports follow the case that were not taken back, and whether `report_id` is one of them.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.report.followers", skip_all)]
pub async fn followers(
    conn: &mut PgConnection,
    case_id: i64,
    report_id: Uuid,
) -> Result<(i64, bool), StoreError> {
    Ok(sqlx::query_as(
        "select count(*), coalesce(bool_or(report_id = $2), false)
         from report where case_id = $1 and withdrawn_at is null",
    )
    .bind(case_id)
    .bind(report_id)
    .fetch_one(conn)
    .await?)
}

/// Marks a report as taken back.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.report.withdraw", skip_all)]
pub async fn withdraw(
    conn: &mut PgConnection,
    report_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("update report set withdrawn_at = $2, version = version + 1 where report_id = $1")
        .bind(report_id)
        .bind(now)
        .execute(conn)
        .await?;
    Ok(())
}

/// What a reporter says of a closed case.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    pub report_id: Uuid,
    pub pseudonym: Uuid,
    pub case_id: i64,
    /// Which closing of the case it is about, counted from one.
    pub closing: i32,
    pub solved: bool,
    pub satisfaction: Option<Satisfaction>,
    pub words: Option<&'a str>,
}

/// How many of those who may be asked came before this report, in receipt order.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.call_back.rank", skip_all)]
pub async fn rank(conn: &mut PgConnection, case_id: i64, report_id: Uuid) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "select count(*) from report r join report own on own.report_id = $2
         where r.case_id = $1 and r.withdrawn_at is null and r.receipt_number < own.receipt_number",
    )
    .bind(case_id)
    .bind(report_id)
    .fetch_one(conn)
    .await?)
}

/// Keeps the answer; the last one of a report counts. It is the case's log line, seen by its author and by staff.
/// Returns how many followers say that the problem is not solved.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.call_back.answer", skip_all)]
pub async fn answer(conn: &mut PgConnection, said: &Said<'_>, now: DateTime<Utc>) -> Result<i64, StoreError> {
    sqlx::query(
        "insert into call_back_answer (report_id, case_id, closing, solved, words, answered_at, satisfaction)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (report_id, case_id, closing)
         do update set solved = excluded.solved, words = excluded.words, answered_at = excluded.answered_at,
                       satisfaction = excluded.satisfaction",
    )
    .bind(said.report_id)
    .bind(said.case_id)
    .bind(said.closing)
    .bind(said.solved)
    .bind(said.words)
    .bind(now)
    .bind(said.satisfaction.map(Satisfaction::number))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "select append_case_log($1, $2, 'callBackAnswered', 'reporter', $3, null, null, null, $4,
             jsonb_strip_nulls(jsonb_build_object('solved', $5::boolean, 'satisfaction', $7::smallint)), $6)",
    )
    .bind(said.case_id)
    .bind(now)
    .bind(said.pseudonym)
    .bind(said.words)
    .bind(said.solved)
    .bind(said.report_id)
    .bind(said.satisfaction.map(Satisfaction::number))
    .execute(&mut *conn)
    .await?;
    sqlx::query("update report set version = version + 1 where report_id = $1")
        .bind(said.report_id)
        .execute(&mut *conn)
        .await?;
    Ok(sqlx::query_scalar(
        "select count(*) from call_back_answer a join report r using (report_id)
         where a.case_id = $1 and a.closing = $2 and not a.solved and r.case_id = $1 and r.withdrawn_at is null",
    )
    .bind(said.case_id)
    .bind(said.closing)
    .fetch_one(conn)
    .await?)
}
