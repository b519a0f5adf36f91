//! Writing open cases that come from another system.

use chrono::{DateTime, Utc};
use jiekou_core::case::Matter;
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use tracing::instrument;

use crate::StoreError;
use crate::reports::record::{CaseRow, ContactRow, ReportRow};

/// First key of the advisory lock of a system; the second is a hash of its name.
const IMPORTING: i32 = 2;

/// What an imported case has beside a new one.
#[derive(Debug, Clone, sqlx::Type)]
#[sqlx(type_name = "taken_over")]
pub struct TakenOverRow {
    /// Its number in the other system.
    pub number: String,
    pub opened_at: DateTime<Utc>,
    pub dispatched_at: Option<DateTime<Utc>>,
    pub assignee: Option<String>,
    pub unit_code: Option<String>,
    pub returns: i32,
    pub progress: Json<Matter>,
    pub note: Option<String>,
    pub detail: Json<Value>,
    /// When a suspension ends by itself.
    pub resume_at: Option<DateTime<Utc>>,
}

/// Cases to be written together; the lists belong together, element by element.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub cases: Vec<CaseRow>,
    pub reports: Vec<ReportRow>,
    pub contacts: Vec<ContactRow>,
    pub more: Vec<TakenOverRow>,
}

/// Waits until nobody else imports from this system; until the transaction ends.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.import.lock", skip_all)]
pub async fn lock(conn: &mut PgConnection, system: &str) -> Result<(), StoreError> {
    sqlx::query("select pg_advisory_xact_lock($1, hashtext($2))")
        .bind(IMPORTING)
        .bind(system)
        .execute(conn)
        .await?;
    Ok(())
}

/// Those of these numbers of the system that were imported before, with the numbers of their cases here.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.import.known", skip_all)]
pub async fn known(
    conn: impl PgExecutor<'_>,
    system: &str,
    numbers: &[&str],
) -> Result<Vec<(String, String)>, StoreError> {
    Ok(sqlx::query_as(
        "select i.number, c.case_number from case_import i join cases c using (case_id)
         where i.system = $1 and i.number = any ($2)",
    )
    .bind(system)
    .bind(numbers)
    .fetch_all(conn)
    .await?)
}

/// Writes cases of the system, in the order of the batch.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.import.write", skip_all)]
pub async fn write(
    conn: &mut PgConnection,
    district: &str,
    system: &str,
    batch: &Batch,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("select import_cases($1, $2, $3, $4, $5, $6, $7)")
        .bind(now)
        .bind(district)
        .bind(system)
        .bind(&batch.cases)
        .bind(&batch.reports)
        .bind(&batch.contacts)
        .bind(&batch.more)
        .execute(conn)
        .await?;
    Ok(())
}
