//! Codes with which somebody takes an account over, or sets a new password after a reset.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// Stores a code by its hash in the place of an earlier one of the account.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.invitation.replace", skip_all)]
pub async fn replace(
    conn: &mut PgConnection,
    staff_id: Uuid,
    code_hash: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    end(&mut *conn, staff_id, now).await?;
    sqlx::query(
        "insert into staff_invitation (invitation_id, staff_id, code_hash, created_at, expires_at)
         values (gen_random_uuid(), $1, $2, $3, $4)",
    )
    .bind(staff_id)
    .bind(code_hash)
    .bind(now)
    .bind(expires_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the open code of an account, if there is one.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.invitation.end", skip_all)]
pub async fn end(conn: &mut PgConnection, staff_id: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("update staff_invitation set ended_at = $2 where staff_id = $1 and ended_at is null")
        .bind(staff_id)
        .bind(now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whose code it is; `None` when it is unknown, over, used, or of an account that is disabled.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.invitation.owner", skip_all)]
pub async fn owner(pool: &PgPool, code_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Uuid>, StoreError> {
    Ok(sqlx::query_scalar(
        "select i.staff_id from staff_invitation i join staff_account s using (staff_id)
         where i.code_hash = $1 and i.ended_at is null and i.expires_at > $2 and s.disabled_at is null",
    )
    .bind(code_hash)
    .bind(now)
    .fetch_optional(pool)
    .await?)
}

/// Uses a code up. `false` when somebody was faster.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.invitation.accept", skip_all)]
pub async fn accept(
    conn: &mut PgConnection,
    code_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let accepted = sqlx::query(
        "update staff_invitation set ended_at = $2 where code_hash = $1 and ended_at is null and expires_at > $2",
    )
    .bind(code_hash)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(accepted.rows_affected() == 1)
}
