//! Accountability that flags have started (启动问责).

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use tracing::instrument;

use crate::StoreError;
use crate::words::Words;

/// Accountability of a segment, started by the rating of a month.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct AccountabilityRow {
    pub area: String,
    pub segment_code: String,
    pub segment_name: String,
    pub town_code: String,
    pub month: NaiveDate,
    /// The rules that started it, each with what the segment had of it.
    pub grounds: Json<Value>,
    pub started_at: DateTime<Utc>,
    /// The rating was corrected, and does not start it any more.
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawn_reason: Option<Words>,
}

/// Writes that accountability has started. `false` when the segment and month have it already.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.accountability.start", skip_all)]
pub async fn start(conn: &mut PgConnection, row: &AccountabilityRow) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "insert into accountability (area, segment_code, segment_name, town_code, month, grounds, started_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (segment_code, month) where withdrawn_at is null do nothing",
    )
    .bind(&row.area)
    .bind(&row.segment_code)
    .bind(&row.segment_name)
    .bind(&row.town_code)
    .bind(row.month)
    .bind(&row.grounds)
    .bind(row.started_at)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes back what a corrected rating does not start any more.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.accountability.withdraw", skip_all)]
pub async fn withdraw(
    conn: &mut PgConnection,
    segment_code: &str,
    month: NaiveDate,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "update accountability set withdrawn_at = $4, withdrawn_reason = $3
         where segment_code = $1 and month = $2 and withdrawn_at is null",
    )
    .bind(segment_code)
    .bind(month)
    .bind(reason)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Accountability of these segments or of all, started by months up to `until`, also what was taken back; by segment and
/// month.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.accountability.of", skip_all)]
pub async fn of(
    conn: &mut PgConnection,
    segments: Option<&[String]>,
    until: Option<NaiveDate>,
) -> Result<Vec<AccountabilityRow>, StoreError> {
    Ok(sqlx::query_as(
        "select area, segment_code, segment_name, town_code, month, grounds, started_at, withdrawn_at, withdrawn_reason
         from accountability
         where ($1::text[] is null or segment_code = any ($1)) and ($2::date is null or month <= $2)
         order by segment_code, month, accountability_id",
    )
    .bind(segments)
    .bind(until)
    .fetch_all(conn)
    .await?)
}
