//! Writing a move: state, clock, log line and outbox row together.

use chrono::{DateTime, Utc};
use jiekou_core::rulebook::ClockChange;
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use super::clocks;
use crate::work::jobs;
use crate::{StoreError, wake};

/// Who decides, why and when.
#[derive(Debug, Clone, Copy)]
pub struct Decider<'a> {
    pub staff_id: Uuid,
    pub reason: Option<&'a str>,
    pub now: DateTime<Utc>,
}

/// A move as it is written. The caller holds the case's lock and has checked everything.
#[derive(Debug)]
pub struct MoveRow<'a> {
    pub case_id: i64,
    pub act: &'a str,
    pub from_state: &'a str,
    pub to_state: &'a str,
    pub takes_reports: bool,
    pub note: Option<&'a str>,
    pub assignee: Option<&'a str>,
    pub question: Option<&'a str>,
    pub clocks: ClockChange,
}

/// Writes the move and returns the id of its log line.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.move", skip_all)]
pub async fn write(conn: &mut PgConnection, row: &MoveRow<'_>, by: Decider<'_>) -> Result<i64, StoreError> {
    sqlx::query(
        "update cases set state = $2, takes_reports = $3, assignee = coalesce($4, assignee),
             question = coalesce($5, case when $2 in ($7, 'accepted', 'preVerifying') then question end),
             returns = returns + $6::int, dispatched_at = case when $2 = 'dispatched' then $8 else dispatched_at end
         where case_id = $1",
    )
    .bind(row.case_id)
    .bind(row.to_state)
    .bind(row.takes_reports)
    .bind(row.assignee)
    .bind(row.question)
    .bind(i32::from(row.to_state == "returned"))
    .bind(row.from_state)
    .bind(by.now)
    .execute(&mut *conn)
    .await?;
    clocks::change(&mut *conn, row.case_id, row.act, &row.clocks, by.now).await?;
    append(conn, row.case_id, row.act, by, (row.from_state, row.to_state), row.note).await
}

/// Appends the log line of a move and its outbox row, and wakes whoever watches the case.
pub(super) async fn append(
    conn: &mut PgConnection,
    case_id: i64,
    act: &str,
    by: Decider<'_>,
    (from, to): (&str, &str),
    note: Option<&str>,
) -> Result<i64, StoreError> {
    sqlx::query("update cases set decision_version = decision_version + 1 where case_id = $1")
        .bind(case_id)
        .execute(&mut *conn)
        .await?;
    let log_id: i64 =
        sqlx::query_scalar("select append_case_log($1, $2, $3, 'staff', $4, $5, $6, $7, $8, null, null)")
            .bind(case_id)
            .bind(by.now)
            .bind(act)
            .bind(by.staff_id)
            .bind(from)
            .bind(to)
            .bind(by.reason)
            .bind(note)
            .fetch_one(&mut *conn)
            .await?;
    let payload = serde_json::json!({ "logId": log_id, "caseId": case_id });
    jobs::insert(&mut *conn, "announce", &payload, by.now).await?;
    wake::case_changed(conn, case_id).await?;
    Ok(log_id)
}
