//! Refresh tokens: each is used once; a second use means theft and revokes the family.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// Stores a new token by its hash.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.refresh_token.insert", skip_all)]
pub async fn insert(
    pool: &PgPool,
    token_hash: &[u8],
    family: Uuid,
    staff_id: Uuid,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into refresh_token (token_hash, family, staff_id, issued_at, expires_at) values ($1, $2, $3, $4, $5)",
    )
    .bind(token_hash)
    .bind(family)
    .bind(staff_id)
    .bind(now)
    .bind(expires_at)
    .execute(pool)
    .await?;
    Ok(())
}

/// Uses a token: its family and owner when it was good, `None` when it is unknown, expired or revoked. A token used
/// before revokes its whole family.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.refresh_token.use", skip_all)]
pub async fn spend(
    pool: &PgPool,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<(Uuid, Uuid)>, StoreError> {
    let spent: Option<(Uuid, Uuid)> = sqlx::query_as(
        "update refresh_token set used_at = $2
         where token_hash = $1 and used_at is null and revoked_at is null and expires_at > $2
         returning family, staff_id",
    )
    .bind(token_hash)
    .bind(now)
    .fetch_optional(pool)
    .await?;
    if spent.is_none() {
        sqlx::query(
            "update refresh_token set revoked_at = $2 where revoked_at is null and family =
                 (select family from refresh_token where token_hash = $1 and used_at is not null)",
        )
        .bind(token_hash)
        .bind(now)
        .execute(pool)
        .await?;
    }
    Ok(spent)
}
