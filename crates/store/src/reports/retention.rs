//! What is kept only for a time.

use chrono::{DateTime, Duration, Utc};
use sqlx::PgPool;
use tracing::instrument;

use crate::StoreError;

/// How long a saved answer can be given again with its secret.
pub const ANSWER_KEPT: Duration = Duration::hours(72);

/// Erases the private part of saved answers older than [`ANSWER_KEPT`]; their hash stays, so that the key cannot be
/// used for anything else. Returns how many.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.idempotency.erase", skip_all)]
pub async fn erase_saved_answers(pool: &PgPool, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let erased = sqlx::query(
        "update idempotency set sealed = null, key_id = null where sealed is not null and created_at < $1",
    )
    .bind(now - ANSWER_KEPT)
    .execute(pool)
    .await?;
    Ok(erased.rows_affected())
}
