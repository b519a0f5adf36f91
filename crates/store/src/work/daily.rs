//! What is done once for each day that is over, whichever worker comes first.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;

use crate::StoreError;

/// The last day that this work was done for.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.daily.last", skip_all)]
pub async fn last(pool: &PgPool, work: &str) -> Result<Option<NaiveDate>, StoreError> {
    Ok(sqlx::query_scalar("select max(day) from daily_work where work = $1")
        .bind(work)
        .fetch_one(pool)
        .await?)
}

/// Takes the work of a day on; `false` when it was done. Another worker that asks meanwhile waits for this transaction and
/// takes the work on itself only when it came to nothing.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.daily.take", skip_all)]
pub async fn take(
    conn: &mut PgConnection,
    work: &str,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let taken =
        sqlx::query("insert into daily_work (work, day, done_at) values ($1, $2, $3) on conflict do nothing")
            .bind(work)
            .bind(day)
            .bind(now)
            .execute(conn)
            .await?;
    Ok(taken.rows_affected() == 1)
}
