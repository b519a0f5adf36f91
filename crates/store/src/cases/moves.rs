//! Log line and outbox row of moves that are written in several steps: merges and what belongs to them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::work::jobs;
use crate::{StoreError, wake};

/// Who decides, why and when.
#[derive(Debug, Clone, Copy)]
pub struct Decider<'a> {
    pub staff_id: Uuid,
    pub reason: Option<&'a str>,
    pub now: DateTime<Utc>,
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
