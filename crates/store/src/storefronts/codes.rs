//! Codes that staff hand to owners of shops.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// Writes a code of a locked shop; one that was open before is good no more.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.storefront_code.make", skip_all)]
pub async fn make(
    conn: &mut PgConnection,
    storefront_id: Uuid,
    hash: &[u8],
    staff_id: Uuid,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("update storefront_code set ended_at = $2 where storefront_id = $1 and ended_at is null")
        .bind(storefront_id)
        .bind(now)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "with made as (
             insert into storefront_code (code_hash, storefront_id, made_by, made_at, expires_at)
             values ($1, $2, $3, $4, $5))
         insert into storefront_log (at, storefront_id, act, staff_id) values ($4, $2, 'codeMade', $3)",
    )
    .bind(hash)
    .bind(storefront_id)
    .bind(staff_id)
    .bind(now)
    .bind(expires_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// The shop of a code that is good at `now`; the code is not used by asking.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.storefront_code.shop", skip_all)]
pub async fn shop(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, StoreError> {
    Ok(sqlx::query_scalar(
        "select storefront_id from storefront_code where code_hash = $1 and ended_at is null and expires_at > $2",
    )
    .bind(hash)
    .bind(now)
    .fetch_optional(conn)
    .await?)
}

/// Uses a code of a locked shop. `false`: somebody has used or replaced it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.storefront_code.use", skip_all)]
pub async fn use_up(conn: &mut PgConnection, hash: &[u8], now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "update storefront_code set ended_at = $2 where code_hash = $1 and ended_at is null and expires_at > $2",
    )
    .bind(hash)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
