//! Pushes, each kept once.

use chrono::{DateTime, Duration, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::vault::Sealed;

/// All that tells a push from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushKey {
    pub account: String,
    pub openid_index: Vec<u8>,
    /// Seconds since 1970, as the push says.
    pub created_at: i64,
    pub wechat_id: String,
    pub event: String,
    /// SHA-256.
    pub event_key: Vec<u8>,
}

/// How far a push has come.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Kept {
    pub message_id: Uuid,
    pub account: String,
    pub openid_index: Vec<u8>,
    pub key_id: Option<String>,
    pub sealed: Option<Vec<u8>>,
    pub received_at: DateTime<Utc>,
    pub heard_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub saying_id: Option<Uuid>,
}

const COLUMNS: &str =
    "message_id, account, openid_index, key_id, sealed, received_at, heard_at, answered_at, saying_id";

/// Keeps a push, and the job that answers it `answer_after` from now should nobody have done so until then. One that came
/// before is returned as it is kept; `sealed` is bound to `message_id`.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_message.keep", skip_all)]
pub async fn keep(
    pool: &PgPool,
    key: &PushKey,
    message_id: Uuid,
    sealed: &Sealed,
    answer_after: Duration,
    now: DateTime<Utc>,
) -> Result<Uuid, StoreError> {
    let kept: Option<Uuid> = sqlx::query_scalar(
        "with kept as (
             insert into wechat_message (message_id, account, openid_index, created_at, wechat_id, event, event_key, key_id,
                 sealed, received_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict on constraint wechat_message_once do nothing returning message_id
         ), promised as (
             insert into job (kind, payload, created_at, run_at)
             select 'answerWechat', jsonb_build_object('messageId', message_id), $10, $11 from kept
         )
         select message_id from kept",
    )
    .bind(message_id)
    .bind(&key.account)
    .bind(&key.openid_index)
    .bind(key.created_at)
    .bind(&key.wechat_id)
    .bind(&key.event)
    .bind(&key.event_key)
    .bind(&sealed.key_id)
    .bind(&sealed.bytes)
    .bind(now)
    .bind(now + answer_after)
    .fetch_optional(pool)
    .await?;
    match kept {
        Some(message_id) => Ok(message_id),
        None => Ok(sqlx::query_scalar(
            "select message_id from wechat_message where account = $1 and openid_index = $2 and created_at = $3
                 and wechat_id = $4 and event = $5 and event_key = $6",
        )
        .bind(&key.account)
        .bind(&key.openid_index)
        .bind(key.created_at)
        .bind(&key.wechat_id)
        .bind(&key.event)
        .bind(&key.event_key)
        .fetch_one(pool)
        .await?),
    }
}

/// The push with this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_message.find", skip_all)]
pub async fn find(pool: &PgPool, message_id: Uuid) -> Result<Option<Kept>, StoreError> {
    let query = sqlx::AssertSqlSafe(format!("select {COLUMNS} from wechat_message where message_id = $1"));
    Ok(sqlx::query_as(query).bind(message_id).fetch_optional(pool).await?)
}

/// Locks a push and says whether the conversation has taken it in.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_message.lock", skip_all)]
pub async fn is_heard(conn: &mut PgConnection, message_id: Uuid) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select heard_at is not null from wechat_message where message_id = $1 for update")
        .bind(message_id)
        .fetch_one(conn)
        .await?)
}

/// Notes that the conversation has taken a push in.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_message.heard", skip_all)]
pub async fn heard(conn: &mut PgConnection, message_id: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("update wechat_message set heard_at = $2 where message_id = $1")
        .bind(message_id)
        .bind(now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes what is said to a push; the first answer stands. `None`: nothing is said.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_message.answered", skip_all)]
pub async fn answered(
    conn: &mut PgConnection,
    message_id: Uuid,
    saying_id: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update wechat_message set answered_at = $3, saying_id = $2 where message_id = $1 and answered_at is null",
    )
    .bind(message_id)
    .bind(saying_id)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}
