//! Writing a move: state, clock, log line and outbox row together.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use crate::work::jobs;
use crate::{StoreError, wake};

/// A move as it is written. The caller holds the case's lock and has checked everything.
#[derive(Debug)]
pub struct MoveRow<'a> {
    pub case_id: i64,
    pub act: &'a str,
    pub staff_id: Uuid,
    pub from_state: &'a str,
    pub to_state: &'a str,
    pub takes_reports: bool,
    pub reason: Option<&'a str>,
    pub note: Option<&'a str>,
    pub assignee: Option<&'a str>,
    pub question: Option<&'a str>,
    pub due: Option<(DateTime<Utc>, &'a str, &'a str)>,
}

/// Writes the move and returns the id of its log line.
///
/// # Errors
/// When the database fails.
#[instrument(name = "db.case.move", skip_all)]
pub async fn write(
    conn: &mut PgConnection,
    row: &MoveRow<'_>,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let (due_at, due_kind, due_rule) = match row.due {
        Some((at, kind, rule)) => (Some(at), Some(kind), Some(rule)),
        None => (None, None, None),
    };
    sqlx::query(
        "update cases set state = $2, takes_reports = $3, assignee = coalesce($4, assignee),
             question = coalesce($5, case when $2 = $10 then question end),
             due_at = $6, due_kind = $7, due_rule = $8, returns = returns + $9::int,
             dispatched_at = case when $2 = 'dispatched' then $11 else dispatched_at end
         where case_id = $1",
    )
    .bind(row.case_id)
    .bind(row.to_state)
    .bind(row.takes_reports)
    .bind(row.assignee)
    .bind(row.question)
    .bind(due_at)
    .bind(due_kind)
    .bind(due_rule)
    .bind(i32::from(row.to_state == "returned"))
    .bind(row.from_state)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    append(
        conn,
        row.case_id,
        row.act,
        row.staff_id,
        (row.from_state, row.to_state),
        row.reason,
        row.note,
        now,
    )
    .await
}

/// Appends the log line of a move and its outbox row, and wakes whoever watches the case.
#[expect(clippy::too_many_arguments, reason = "the columns of one log line")]
pub(super) async fn append(
    conn: &mut PgConnection,
    case_id: i64,
    act: &str,
    staff_id: Uuid,
    (from, to): (&str, &str),
    reason: Option<&str>,
    note: Option<&str>,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let log_id: i64 =
        sqlx::query_scalar("select append_case_log($1, $2, $3, 'staff', $4, $5, $6, $7, $8, null, null)")
            .bind(case_id)
            .bind(now)
            .bind(act)
            .bind(staff_id)
            .bind(from)
            .bind(to)
            .bind(reason)
            .bind(note)
            .fetch_one(&mut *conn)
            .await?;
    jobs::insert(&mut *conn, "announce", &serde_json::json!({ "logId": log_id, "caseId": case_id }), now)
        .await?;
    wake::case_changed(conn, case_id).await?;
    Ok(log_id)
}
