//! Keys of platforms, stored by hash.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// A key to be stored.
#[derive(Debug, Clone)]
pub struct NewKey<'a> {
    pub key_id: Uuid,
    pub platform_id: Uuid,
    pub prefix: &'a str,
    pub hash: &'a [u8],
    pub scopes: &'a [String],
    pub per_minute: i32,
    pub per_day: i32,
    pub created_by: Uuid,
    pub ends_at: Option<DateTime<Utc>>,
}

/// A key as administrators see it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct KeyRow {
    pub key_id: Uuid,
    pub platform_id: Uuid,
    pub prefix: String,
    pub scopes: Vec<String>,
    pub per_minute: i32,
    pub per_day: i32,
    pub created_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Whose key was presented, and whether it may be used now.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Used {
    /// `good`, `scope` or `quota`.
    pub verdict: String,
    /// Until there is room again, where the quota is reached.
    pub retry_seconds: Option<i32>,
    pub key_id: Uuid,
    pub platform_id: Uuid,
    pub name: String,
    pub acts_for: Option<Uuid>,
}

/// Stores a key.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.api_key.insert", skip_all)]
pub async fn insert(conn: &mut PgConnection, key: &NewKey<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(
        "insert into api_key (key_id, platform_id, prefix, key_hash, scopes, per_minute, per_day, created_at, created_by,
             ends_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(key.key_id)
    .bind(key.platform_id)
    .bind(key.prefix)
    .bind(key.hash)
    .bind(key.scopes)
    .bind(key.per_minute)
    .bind(key.per_day)
    .bind(now)
    .bind(key.created_by)
    .bind(key.ends_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Uses a key `cost` times for `scope`; `None` when it is no key that is good.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.api_key.use", skip_all)]
pub async fn use_key(
    pool: &PgPool,
    hash: &[u8],
    scope: Option<&str>,
    cost: i32,
    now: DateTime<Utc>,
) -> Result<Option<Used>, StoreError> {
    Ok(sqlx::query_as("select * from use_api_key($1, $2, $3, $4)")
        .bind(hash)
        .bind(scope)
        .bind(cost)
        .bind(now)
        .fetch_optional(pool)
        .await?)
}

/// The keys of these platforms, the newest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.api_key.of", skip_all)]
pub async fn of(conn: &mut PgConnection, platforms: &[Uuid]) -> Result<Vec<KeyRow>, StoreError> {
    Ok(sqlx::query_as(
        "select key_id, platform_id, prefix, scopes, per_minute, per_day, created_at, ends_at, last_used_at
         from api_key where platform_id = any ($1) order by created_at desc, key_id",
    )
    .bind(platforms)
    .fetch_all(conn)
    .await?)
}

/// Ends these keys at `at`, unless they end sooner anyway.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.api_key.end", skip_all)]
pub async fn end(conn: &mut PgConnection, keys: &[Uuid], at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("update api_key set ends_at = least(ends_at, $2) where key_id = any ($1)")
        .bind(keys)
        .bind(at)
        .execute(conn)
        .await?;
    Ok(())
}
