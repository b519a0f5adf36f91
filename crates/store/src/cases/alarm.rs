//! Danger to life, told after the report itself: in a follow-up or an addition.

use chrono::{DateTime, Utc};
use jiekou_core::case::CaseClock;
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use super::clocks;
use crate::StoreError;
use crate::work::jobs;

/// Alarms the center of a case whose row is locked: the case becomes urgent, with `hastened` as one more clock if that
/// is given, and the duty officer is told.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.alarm", skip_all)]
pub async fn raise(
    conn: &mut PgConnection,
    case_id: i64,
    report_id: Uuid,
    hastened: Option<&CaseClock>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update cases set urgency = 'urgent', alarmed = true, decision_version = decision_version + 1
         where case_id = $1",
    )
    .bind(case_id)
    .execute(&mut *conn)
    .await?;
    if let Some(clock) = hastened {
        clocks::add(&mut *conn, case_id, clock, None).await?;
    }
    sqlx::query("update report set urgent = true, alarmed = true where report_id = $1")
        .bind(report_id)
        .execute(&mut *conn)
        .await?;
    tell(conn, case_id, Some(report_id), now).await
}

/// Tells the duty officer of the case's present center, because of a report or because the case came to that center.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.tell_alarm", skip_all)]
pub async fn tell(
    conn: &mut PgConnection,
    case_id: i64,
    report_id: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let log_id: i64 = sqlx::query_scalar(
        "select append_case_log($1, $2, 'alarmed', 'system', null, null, null, null, null, null, $3)",
    )
    .bind(case_id)
    .bind(now)
    .bind(report_id)
    .fetch_one(&mut *conn)
    .await?;
    let payload = serde_json::json!({ "logId": log_id, "caseId": case_id });
    jobs::insert(conn, "alarmCenter", &payload, now).await
}
