//! Addresses at which platforms are told of steps of cases.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::vault::Sealed;

/// A webhook as its platform sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct WebhookRow {
    pub webhook_id: Uuid,
    pub url: String,
    pub events: Vec<String>,
    pub area: Option<String>,
    pub created_at: DateTime<Utc>,
    pub old_ends_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_reason: Option<String>,
}

const COLUMNS: &str = "webhook_id, url, events, area, created_at, old_ends_at, ended_at, end_reason";

/// Stores a webhook with its secret. `false`: the platform has `most` already.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    platform_id: Uuid,
    row: &WebhookRow,
    secret: &Sealed,
    most: i64,
) -> Result<bool, StoreError> {
    sqlx::query("select from platform where platform_id = $1 for update")
        .bind(platform_id)
        .execute(&mut *conn)
        .await?;
    let inserted = sqlx::query(
        "insert into webhook (webhook_id, platform_id, url, events, area, key_id, sealed, created_at)
         select $1, $2, $3, $4, $5, $6, $7, $8
         where (select count(*) from webhook where platform_id = $2 and ended_at is null) < $9",
    )
    .bind(row.webhook_id)
    .bind(platform_id)
    .bind(&row.url)
    .bind(&row.events)
    .bind(&row.area)
    .bind(&secret.key_id)
    .bind(&secret.bytes)
    .bind(row.created_at)
    .bind(most)
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// The webhooks of a platform, the newest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook.of", skip_all)]
pub async fn of(pool: &PgPool, platform_id: Uuid) -> Result<Vec<WebhookRow>, StoreError> {
    let query = format!(
        "select {COLUMNS} from webhook where platform_id = $1 order by created_at desc, webhook_id limit 200"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(platform_id).fetch_all(pool).await?)
}

/// A webhook of the platform that has not ended.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook.own", skip_all)]
pub async fn own(
    pool: &PgPool,
    platform_id: Uuid,
    webhook_id: Uuid,
) -> Result<Option<WebhookRow>, StoreError> {
    let query = format!("select {COLUMNS} from webhook where platform_id = $1 and webhook_id = $2");
    let found = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(platform_id).bind(webhook_id);
    Ok(found.fetch_optional(pool).await?)
}

/// Replaces the secret; the one before signs beside it until `old_ends_at`. Whether there is such a webhook.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook.replace_secret", skip_all)]
pub async fn replace_secret(
    pool: &PgPool,
    platform_id: Uuid,
    webhook_id: Uuid,
    secret: &Sealed,
    old_ends_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let replaced = sqlx::query(
        "update webhook set old_key_id = key_id, old_sealed = sealed, old_ends_at = $5, key_id = $3, sealed = $4
         where webhook_id = $1 and platform_id = $2 and ended_at is null",
    )
    .bind(webhook_id)
    .bind(platform_id)
    .bind(&secret.key_id)
    .bind(&secret.bytes)
    .bind(old_ends_at)
    .execute(pool)
    .await?;
    Ok(replaced.rows_affected() == 1)
}

/// Ends a webhook; what still waits to be sent ends with it. Whether there was one to end.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook.end", skip_all)]
pub async fn end(
    pool: &PgPool,
    webhook_id: Uuid,
    platform_id: Option<Uuid>,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let ended = sqlx::query(
        "with ended as (
             update webhook set ended_at = $4, end_reason = $3
             where webhook_id = $1 and ($2::uuid is null or platform_id = $2) and ended_at is null returning webhook_id
         ), dropped as (
             update webhook_delivery set state = 'refused', reason = 'the webhook ended', final_at = $4, lease_token = null
             where webhook_id in (select webhook_id from ended) and state in ('created', 'sending')
         ) select webhook_id from ended",
    )
    .bind(webhook_id)
    .bind(platform_id)
    .bind(reason)
    .bind(now)
    .fetch_optional(pool)
    .await?;
    Ok(ended.is_some())
}
