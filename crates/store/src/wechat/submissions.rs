//! Drafts that their authors want sent.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::vault::Sealed;
use crate::work::jobs;

/// A draft on its way.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Submission {
    pub draft_id: Uuid,
    pub pseudonym: Uuid,
    /// The push that is answered with what becomes of it.
    pub answers: Option<Uuid>,
    pub key_id: Option<String>,
    pub sealed: Option<Vec<u8>>,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "draft_id, pseudonym, answers, key_id, sealed, created_at, ended_at";

/// Writes down a draft to send. Without a push that waits for it a worker sends it; else whoever answers the push does.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_submission.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    draft_id: Uuid,
    pseudonym: Uuid,
    answers: Option<Uuid>,
    sealed: &Sealed,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into wechat_submission (draft_id, pseudonym, answers, key_id, sealed, created_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(draft_id)
    .bind(pseudonym)
    .bind(answers)
    .bind(&sealed.key_id)
    .bind(&sealed.bytes)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    if answers.is_none() {
        jobs::insert(conn, "submitWechat", &json!({ "draftId": draft_id }), now).await?;
    }
    Ok(())
}

/// The submission of a draft.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_submission.find", skip_all)]
pub async fn find(pool: &PgPool, draft_id: Uuid) -> Result<Option<Submission>, StoreError> {
    let query = sqlx::AssertSqlSafe(format!("select {COLUMNS} from wechat_submission where draft_id = $1"));
    Ok(sqlx::query_as(query).bind(draft_id).fetch_optional(pool).await?)
}

/// The submission that a push waits for.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_submission.waited_for", skip_all)]
pub async fn waited_for(pool: &PgPool, message_id: Uuid) -> Result<Option<Submission>, StoreError> {
    let query = sqlx::AssertSqlSafe(format!("select {COLUMNS} from wechat_submission where answers = $1"));
    Ok(sqlx::query_as(query).bind(message_id).fetch_optional(pool).await?)
}

/// Takes a submission to send it; `false`: somebody else is at it, or has ended it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_submission.lease", skip_all)]
pub async fn lease(
    pool: &PgPool,
    draft_id: Uuid,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let leased = sqlx::query(
        "update wechat_submission set leased_until = $2
         where draft_id = $1 and ended_at is null and (leased_until is null or leased_until <= $3)",
    )
    .bind(draft_id)
    .bind(until)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(leased.rows_affected() == 1)
}

/// Gives a submission back that could not be sent.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_submission.give_back", skip_all)]
pub async fn give_back(pool: &PgPool, draft_id: Uuid, until: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("update wechat_submission set leased_until = null where draft_id = $1 and leased_until = $2")
        .bind(draft_id)
        .bind(until)
        .execute(pool)
        .await?;
    Ok(())
}

/// Ends a submission; `false`: somebody else has.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_submission.end", skip_all)]
pub async fn end(conn: &mut PgConnection, draft_id: Uuid, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let ended = sqlx::query(
        "update wechat_submission set ended_at = $2, sealed = null, key_id = null where draft_id = $1 and ended_at is null",
    )
    .bind(draft_id)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(ended.rows_affected() == 1)
}
