//! Where conversations stand.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::vault::Sealed;

/// A conversation as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StoredConversation {
    pub version: i64,
    pub key_id: String,
    pub sealed: Vec<u8>,
}

/// The conversation of a person; `None` before the first message.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_conversation.read", skip_all)]
pub async fn read(pool: &PgPool, pseudonym: Uuid) -> Result<Option<StoredConversation>, StoreError> {
    Ok(sqlx::query_as("select version, key_id, sealed from wechat_conversation where pseudonym = $1")
        .bind(pseudonym)
        .fetch_optional(pool)
        .await?)
}

/// Writes a conversation that was read at `seen` (0: that was not there). `false`: it has changed meanwhile.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_conversation.write", skip_all)]
pub async fn write(
    conn: &mut PgConnection,
    pseudonym: Uuid,
    seen: i64,
    sealed: &Sealed,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let written = sqlx::query(
        "insert into wechat_conversation as c (pseudonym, version, key_id, sealed, touched_at) values ($1, 1, $3, $4, $5)
         on conflict (pseudonym) do update set version = c.version + 1, key_id = $3, sealed = $4, touched_at = $5
         where c.version = $2",
    )
    .bind(pseudonym)
    .bind(seen)
    .bind(&sealed.key_id)
    .bind(&sealed.bytes)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}
