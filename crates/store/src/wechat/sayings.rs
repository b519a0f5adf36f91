//! What is said to people.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::vault::Sealed;
use crate::work::jobs;

/// Words to a person.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Saying {
    pub saying_id: Uuid,
    pub pseudonym: Uuid,
    pub key_id: Option<String>,
    pub sealed: Option<Vec<u8>>,
    pub state: String,
}

/// How it was said, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SayingEnd {
    /// As the answer to the push.
    Answered,
    /// By a message of its own.
    Sent,
    Refused(&'static str),
}

/// Writes down what is said. With `at_once` a worker says it; else it is the answer to a push.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_saying.write", skip_all)]
pub async fn write(
    conn: &mut PgConnection,
    saying_id: Uuid,
    pseudonym: Uuid,
    sealed: &Sealed,
    at_once: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into wechat_saying (saying_id, pseudonym, key_id, sealed, state, created_at)
         values ($1, $2, $3, $4, 'waiting', $5) on conflict (saying_id) do nothing",
    )
    .bind(saying_id)
    .bind(pseudonym)
    .bind(&sealed.key_id)
    .bind(&sealed.bytes)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    if at_once {
        jobs::insert(conn, "sayWechat", &json!({ "sayingId": saying_id }), now).await?;
    }
    Ok(())
}

/// The saying with this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_saying.find", skip_all)]
pub async fn find(pool: &PgPool, saying_id: Uuid) -> Result<Option<Saying>, StoreError> {
    Ok(sqlx::query_as(
        "select saying_id, pseudonym, key_id, sealed, state from wechat_saying where saying_id = $1",
    )
    .bind(saying_id)
    .fetch_optional(pool)
    .await?)
}

/// Notes how it ended; the first end stands.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_saying.end", skip_all)]
pub async fn end(
    pool: &PgPool,
    saying_id: Uuid,
    end: SayingEnd,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (state, reason) = match end {
        SayingEnd::Answered => ("answered", None),
        SayingEnd::Sent => ("sent", None),
        SayingEnd::Refused(reason) => ("refused", Some(reason)),
    };
    sqlx::query(
        "update wechat_saying set state = $2, reason = $3, ended_at = $4 where saying_id = $1 and state = 'waiting'",
    )
    .bind(saying_id)
    .bind(state)
    .bind(reason)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(())
}
