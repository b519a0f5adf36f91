//! What of WeChat is kept only for a time.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::privacy::WECHAT_WORDS;
use sqlx::PgPool;
use tracing::instrument;

use crate::StoreError;

/// How long a push is known again. WeChat repeats it within a minute.
pub const PUSHES_KNOWN: Duration = Duration::days(30);

/// Erases what people wrote and were told, later that there was a push at all, and conversations that nobody touched
/// since `quiet_since`.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat.forget", skip_all)]
pub async fn forget(pool: &PgPool, quiet_since: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), StoreError> {
    for statement in [
        "update wechat_message set sealed = null, key_id = null
         where received_at < $1 and sealed is not null and answered_at is not null",
        "update wechat_saying set sealed = null, key_id = null
         where created_at < $1 and sealed is not null and state <> 'waiting'",
    ] {
        sqlx::query(statement).bind(now - WECHAT_WORDS).execute(pool).await?;
    }
    sqlx::query("delete from wechat_conversation where touched_at < $1")
        .bind(quiet_since)
        .execute(pool)
        .await?;
    for statement in [
        "delete from wechat_submission where ended_at < $1",
        "delete from wechat_message where received_at < $1 and answered_at is not null",
        "delete from wechat_saying where created_at < $1 and state <> 'waiting'",
        "delete from wechat_medium where created_at < $1 and state <> 'waiting'",
        "delete from wechat_sent where sent_at < $1",
    ] {
        sqlx::query(statement).bind(now - PUSHES_KNOWN).execute(pool).await?;
    }
    Ok(())
}
