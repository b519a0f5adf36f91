//! Whether channels answer.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;

use crate::StoreError;

/// How a channel is.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ChannelContact {
    pub channel: String,
    pub checked_at: DateTime<Utc>,
    pub answered_at: Option<DateTime<Utc>>,
    pub failing_since: Option<DateTime<Utc>>,
    pub reason: Option<String>,
    pub alarmed_at: Option<DateTime<Utc>>,
}

/// Notes that a channel answered, or why it did not. A channel that is away stays so since the first failure.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.channel_contact.note", skip_all)]
pub async fn note(
    pool: &PgPool,
    channel: &str,
    failure: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into channel_contact (channel, checked_at, answered_at, failing_since, reason)
         values ($1, $3, case when $2::text is null then $3 end, case when $2::text is not null then $3 end, $2)
         on conflict (channel) do update set checked_at = $3,
             answered_at = case when $2::text is null then $3 else channel_contact.answered_at end,
             failing_since = case when $2::text is not null then coalesce(channel_contact.failing_since, $3) end,
             reason = $2",
    )
    .bind(channel)
    .bind(failure)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(())
}

/// Marks an outage that has lasted since `before` as told: since when, and why. `None` where there is none, or it was told.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.channel_contact.alarm", skip_all)]
pub async fn alarm(
    conn: &mut PgConnection,
    channel: &str,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<(DateTime<Utc>, String)>, StoreError> {
    Ok(sqlx::query_as(
        "update channel_contact set alarmed_at = $3
         where channel = $1 and failing_since <= $2 and alarmed_at is null
         returning failing_since, coalesce(reason, '')",
    )
    .bind(channel)
    .bind(before)
    .bind(now)
    .fetch_optional(conn)
    .await?)
}

/// Marks a told outage that is over as told: when it was alarmed. `None` where there is none.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.channel_contact.all_clear", skip_all)]
pub async fn all_clear(conn: &mut PgConnection, channel: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(sqlx::query_scalar(
        "with over as (select channel, alarmed_at from channel_contact
                       where channel = $1 and failing_since is null and alarmed_at is not null for update)
         update channel_contact c set alarmed_at = null from over where c.channel = over.channel returning over.alarmed_at",
    )
    .bind(channel)
    .fetch_optional(conn)
    .await?)
}

/// All channels that were ever looked at.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.channel_contact.list", skip_all)]
pub async fn list(pool: &PgPool) -> Result<Vec<ChannelContact>, StoreError> {
    Ok(sqlx::query_as(
        "select channel, checked_at, answered_at, failing_since, reason, alarmed_at from channel_contact order by channel",
    )
    .fetch_all(pool)
    .await?)
}
