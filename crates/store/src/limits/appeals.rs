//! Appeals (申诉) against blocks.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// An appeal against a block.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AppealRow {
    pub appeal_id: Uuid,
    pub words: String,
    pub appealed_at: DateTime<Utc>,
    pub answered_at: Option<DateTime<Utc>>,
    pub granted: Option<bool>,
    pub answer: Option<String>,
}

/// Writes an appeal. `false`: one waits for its answer already.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.appeal.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    block_id: Uuid,
    words: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "insert into block_appeal (appeal_id, block_id, words, appealed_at) values ($1, $2, $3, $4)
         on conflict (block_id) where answered_at is null do nothing",
    )
    .bind(Uuid::now_v7())
    .bind(block_id)
    .bind(words)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Answers the appeal that waits. `false`: none does.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.appeal.answer", skip_all)]
pub async fn answer(
    conn: &mut PgConnection,
    block_id: Uuid,
    by: Uuid,
    granted: bool,
    words: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "update block_appeal set answered_by = $2, answered_at = $3, granted = $4, answer = $5
         where block_id = $1 and answered_at is null",
    )
    .bind(block_id)
    .bind(by)
    .bind(now)
    .bind(granted)
    .bind(words)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The appeals against a block, in order.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.appeal.list", skip_all)]
pub async fn list(conn: impl PgExecutor<'_>, block_id: Uuid) -> Result<Vec<AppealRow>, StoreError> {
    Ok(sqlx::query_as(
        "select appeal_id, words, appealed_at, answered_at, granted, answer
         from block_appeal where block_id = $1 order by appealed_at, appeal_id",
    )
    .bind(block_id)
    .fetch_all(conn)
    .await?)
}
