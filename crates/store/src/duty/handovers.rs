//! Open cases change hands.

use chrono::{DateTime, Utc};
use jiekou_core::case::Matter;
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use crate::work::jobs;
use crate::{StoreError, wake};

/// How one case changes hands.
#[derive(Debug, Clone)]
pub struct Handing<'a> {
    pub case_id: i64,
    pub state: &'a str,
    /// The case as it is afterwards.
    pub matter: &'a Matter,
    /// Who decided so.
    pub by: Uuid,
    pub note: Option<&'a str>,
    pub detail: &'a Value,
    /// Who is told, as [`jiekou_core::plan::Addressee`] is written; nobody where another case of the same handing-over tells.
    pub told: &'a [String],
}

/// Gives a locked case to somebody else: person, version, log line and outbox rows. Returns the line's id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.duty.hand_over", skip_all)]
pub async fn hand_over(
    conn: &mut PgConnection,
    handing: &Handing<'_>,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    sqlx::query(
        "update cases set person_id = $2, progress = $3, decision_version = decision_version + 1 where case_id = $1",
    )
    .bind(handing.case_id)
    .bind(handing.matter.handlers.person)
    .bind(Json(handing.matter))
    .execute(&mut *conn)
    .await?;
    let log_id: i64 = sqlx::query_scalar(
        "select append_case_log($1, $2, 'handedOver', 'staff', $3, $4, $4, null, $5, $6, null)",
    )
    .bind(handing.case_id)
    .bind(now)
    .bind(handing.by)
    .bind(handing.state)
    .bind(handing.note)
    .bind(handing.detail)
    .fetch_one(&mut *conn)
    .await?;
    let payload = serde_json::json!({ "logId": log_id, "caseId": handing.case_id });
    jobs::insert(&mut *conn, "announce", &payload, now).await?;
    if !handing.told.is_empty() {
        crate::work::deliveries::tell(&mut *conn, log_id, handing.told, now).await?;
    }
    wake::case_changed(conn, handing.case_id).await?;
    Ok(log_id)
}
