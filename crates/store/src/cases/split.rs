//! Writing a split: the case of the second problem of a report, and the part of the report that follows it.

use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use super::moves::Decider;
use crate::StoreError;
use crate::reports::record::{CaseRow, ReportRow};

/// Takes the arbiter's locks of the place where the new case will lie; before any case is locked.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.split.lock_place", skip_all)]
pub async fn lock_place(conn: &mut PgConnection, locks: &[i64]) -> Result<(), StoreError> {
    sqlx::query("select pg_advisory_xact_lock(lock_key) from unnest($1::bigint[]) lock_key")
        .bind(locks)
        .execute(conn)
        .await?;
    Ok(())
}

/// Splits `report_id` off the case `whole`, whose row is locked by the caller. Author, contact, channel, time and number
/// of receipt of `part` are those of the report; its photos are taken along.
///
/// # Errors
/// When the database fails, or the report does not follow the case.
#[instrument(level = "debug", name = "db.case.split", skip_all)]
pub async fn split(
    conn: &mut PgConnection,
    whole: i64,
    report_id: Uuid,
    case: &CaseRow,
    part: &ReportRow,
    by: Decider<'_>,
) -> Result<(), StoreError> {
    sqlx::query("select split_case($1, $2, $3, $4, $5, $6, $7)")
        .bind(by.now)
        .bind(whole)
        .bind(report_id)
        .bind(case)
        .bind(part)
        .bind(by.staff_id)
        .bind(by.reason)
        .execute(conn)
        .await?;
    Ok(())
}
