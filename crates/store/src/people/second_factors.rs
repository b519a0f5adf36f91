//! Second factors: the secret of an authenticator app, and recovery codes.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::vault::Sealed;

/// Keeps a secret that was shown, until it is confirmed or another one is.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.second_factor.offer", skip_all)]
pub async fn offer(
    pool: &PgPool,
    staff_id: Uuid,
    secret: &Sealed,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update staff_account set offered_totp_key_id = $2, offered_totp_sealed = $3, offered_totp_at = $4
         where staff_id = $1",
    )
    .bind(staff_id)
    .bind(&secret.key_id)
    .bind(&secret.bytes)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(())
}

/// The secret that was shown after `since` and not confirmed yet.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.second_factor.offered", skip_all)]
pub async fn offered(
    pool: &PgPool,
    staff_id: Uuid,
    since: DateTime<Utc>,
) -> Result<Option<Sealed>, StoreError> {
    let row: Option<(String, Vec<u8>)> = sqlx::query_as(
        "select offered_totp_key_id, offered_totp_sealed from staff_account
         where staff_id = $1 and offered_totp_at > $2 and disabled_at is null",
    )
    .bind(staff_id)
    .bind(since)
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|(key_id, bytes)| Sealed { key_id, bytes }))
}

/// From now on the offered secret is the account's, used up to `step`. `false` when another one was offered meanwhile.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.second_factor.enrol", skip_all)]
pub async fn enrol(
    conn: &mut PgConnection,
    staff_id: Uuid,
    offered: &Sealed,
    step: i64,
) -> Result<bool, StoreError> {
    let enrolled = sqlx::query(
        "update staff_account set totp_key_id = offered_totp_key_id, totp_sealed = offered_totp_sealed,
             totp_last_step = $3, offered_totp_key_id = null, offered_totp_sealed = null, offered_totp_at = null
         where staff_id = $1 and offered_totp_sealed = $2",
    )
    .bind(staff_id)
    .bind(&offered.bytes)
    .bind(step)
    .execute(conn)
    .await?;
    Ok(enrolled.rows_affected() == 1)
}

/// Takes the second factor and its recovery codes away. `false` when there was none.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.second_factor.remove", skip_all)]
pub async fn remove(conn: &mut PgConnection, staff_id: Uuid) -> Result<bool, StoreError> {
    let removed = sqlx::query(
        "with codes as (delete from recovery_code where staff_id = $1)
         update staff_account set totp_key_id = null, totp_sealed = null, totp_last_step = null,
             offered_totp_key_id = null, offered_totp_sealed = null, offered_totp_at = null, recovery_salt = null
         where staff_id = $1 and totp_sealed is not null",
    )
    .bind(staff_id)
    .execute(conn)
    .await?;
    Ok(removed.rows_affected() == 1)
}

/// Uses a step of 30 seconds up. `false` when one as late was used before.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.second_factor.spend_step", skip_all)]
pub async fn spend_step(conn: &mut PgConnection, staff_id: Uuid, step: i64) -> Result<bool, StoreError> {
    let spent = sqlx::query(
        "update staff_account set totp_last_step = $2
         where staff_id = $1 and (totp_last_step is null or totp_last_step < $2)",
    )
    .bind(staff_id)
    .bind(step)
    .execute(conn)
    .await?;
    Ok(spent.rows_affected() == 1)
}

/// The salt of an account's recovery codes; `None` where it has none.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recovery_code.salt", skip_all)]
pub async fn recovery_salt(pool: &PgPool, staff_id: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
    let salt: Option<Option<Vec<u8>>> =
        sqlx::query_scalar("select recovery_salt from staff_account where staff_id = $1")
            .bind(staff_id)
            .fetch_optional(pool)
            .await?;
    Ok(salt.flatten())
}

/// Whether a recovery code with this hash is still unused.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recovery_code.is_unused", skip_all)]
pub async fn is_unused(pool: &PgPool, staff_id: Uuid, code_hash: &[u8]) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "select exists (select from recovery_code where staff_id = $1 and code_hash = $2 and used_at is null)",
    )
    .bind(staff_id)
    .bind(code_hash)
    .fetch_one(pool)
    .await?)
}

/// Uses a recovery code up. `false` when there is none like it, or it was used before.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recovery_code.spend", skip_all)]
pub async fn spend_recovery_code(
    conn: &mut PgConnection,
    staff_id: Uuid,
    code_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let spent = sqlx::query(
        "update recovery_code set used_at = $3 where staff_id = $1 and code_hash = $2 and used_at is null",
    )
    .bind(staff_id)
    .bind(code_hash)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(spent.rows_affected() == 1)
}

/// Puts new recovery codes in the place of all earlier ones.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recovery_code.replace", skip_all)]
pub async fn replace_recovery_codes(
    conn: &mut PgConnection,
    staff_id: Uuid,
    salt: &[u8],
    hashes: &[Vec<u8>],
) -> Result<(), StoreError> {
    sqlx::query("delete from recovery_code where staff_id = $1").bind(staff_id).execute(&mut *conn).await?;
    sqlx::query(
        "with salted as (update staff_account set recovery_salt = $2 where staff_id = $1)
         insert into recovery_code (staff_id, code_hash) select $1, unnest($3::bytea[])",
    )
    .bind(staff_id)
    .bind(salt)
    .bind(hashes)
    .execute(conn)
    .await?;
    Ok(())
}

/// How many recovery codes are unused.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recovery_code.left", skip_all)]
pub async fn recovery_codes_left(pool: &PgPool, staff_id: Uuid) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("select count(*) from recovery_code where staff_id = $1 and used_at is null")
        .bind(staff_id)
        .fetch_one(pool)
        .await?)
}
