//! Failed sign-ins by name, and the lock that follows.

use chrono::{DateTime, Utc};
use jiekou_core::privacy::FAILED_SIGN_INS;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;

use crate::StoreError;

/// Until when nobody signs in under a name; `None`: now is as good as ever.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.sign_in_failure.locked_until", skip_all)]
pub async fn locked_until(
    pool: &PgPool,
    name_index: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(sqlx::query_scalar(
        "select locked_until from sign_in_failure where name_index = $1 and locked_until > $2",
    )
    .bind(name_index)
    .bind(now)
    .fetch_optional(pool)
    .await?)
}

/// Counts a failure; every fifth within a day locks the name for a quarter of an hour.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.sign_in_failure.add", skip_all)]
pub async fn add(pool: &PgPool, name_index: &[u8], now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(
        "insert into sign_in_failure as f (name_index, failures, failed_at) values ($1, 1, $2)
         on conflict (name_index) do update set failed_at = $2,
             failures = case when f.failed_at < $2 - interval '1 day' then 1 else f.failures + 1 end,
             locked_until = case when f.failed_at >= $2 - interval '1 day' and (f.failures + 1) % 5 = 0
                                 then $2 + interval '15 minutes' else f.locked_until end",
    )
    .bind(name_index)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(())
}

/// Forgets the failures of a name: somebody has signed in, or an administrator unlocks it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.sign_in_failure.clear", skip_all)]
pub async fn clear(conn: &mut PgConnection, name_index: &[u8]) -> Result<(), StoreError> {
    sqlx::query("delete from sign_in_failure where name_index = $1").bind(name_index).execute(conn).await?;
    Ok(())
}

/// Forgets failures older than a day.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.sign_in_failure.forget", skip_all)]
pub async fn forget(pool: &PgPool, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("delete from sign_in_failure where failed_at < $1")
        .bind(now - FAILED_SIGN_INS)
        .execute(pool)
        .await?;
    Ok(())
}
