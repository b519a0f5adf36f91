//! Photos, recordings and videos that people sent, from WeChat's id to what is kept here.

use chrono::{DateTime, Utc};
use jiekou_core::conversation::MediumKind;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::vault::Sealed;
use crate::work::jobs;

/// A medium of a draft.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StoredMedium {
    pub medium_id: Uuid,
    pub pseudonym: Uuid,
    pub draft_id: Uuid,
    pub kind: String,
    pub key_id: Option<String>,
    pub sealed: Option<Vec<u8>>,
    pub state: String,
    pub photo_id: Option<Uuid>,
    pub recording_id: Option<Uuid>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediumEnd {
    Photo(Uuid),
    Recording(Uuid),
    Lost,
}

const COLUMNS: &str = "medium_id, pseudonym, draft_id, kind, key_id, sealed, state, photo_id, recording_id";

/// Writes down a medium to fetch, and the job that fetches it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_medium.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    medium_id: Uuid,
    pseudonym: Uuid,
    draft_id: Uuid,
    kind: MediumKind,
    wechat_id: &Sealed,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into wechat_medium (medium_id, pseudonym, draft_id, kind, key_id, sealed, state, created_at)
         values ($1, $2, $3, $4, $5, $6, 'waiting', $7)",
    )
    .bind(medium_id)
    .bind(pseudonym)
    .bind(draft_id)
    .bind(kind.name())
    .bind(&wechat_id.key_id)
    .bind(&wechat_id.bytes)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    jobs::insert(conn, "fetchWechatMedium", &json!({ "mediumId": medium_id }), now).await
}

/// The medium with this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_medium.find", skip_all)]
pub async fn find(pool: &PgPool, medium_id: Uuid) -> Result<Option<StoredMedium>, StoreError> {
    let query = sqlx::AssertSqlSafe(format!("select {COLUMNS} from wechat_medium where medium_id = $1"));
    Ok(sqlx::query_as(query).bind(medium_id).fetch_optional(pool).await?)
}

/// The media of a draft, in the order they came.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_medium.of_draft", skip_all)]
pub async fn of_draft(pool: &PgPool, draft_id: Uuid) -> Result<Vec<StoredMedium>, StoreError> {
    let query = sqlx::AssertSqlSafe(format!(
        "select {COLUMNS} from wechat_medium where draft_id = $1 order by created_at, medium_id"
    ));
    Ok(sqlx::query_as(query).bind(draft_id).fetch_all(pool).await?)
}

/// Notes what became of a medium, and has its draft sent if it only waited for this. Returns whether it had not ended
/// before.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_medium.end", skip_all)]
pub async fn end(
    conn: &mut PgConnection,
    medium: &StoredMedium,
    end: MediumEnd,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let (state, photo_id, recording_id) = match end {
        MediumEnd::Photo(id) => ("kept", Some(id), None),
        MediumEnd::Recording(id) => ("kept", None, Some(id)),
        MediumEnd::Lost => ("lost", None, None),
    };
    let ended = sqlx::query(
        "update wechat_medium set state = $2, photo_id = $3, recording_id = $4, sealed = null, key_id = null
         where medium_id = $1 and state = 'waiting'",
    )
    .bind(medium.medium_id)
    .bind(state)
    .bind(photo_id)
    .bind(recording_id)
    .execute(&mut *conn)
    .await?;
    if ended.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(
        "insert into job (kind, payload, created_at, run_at)
         select 'submitWechat', jsonb_build_object('draftId', draft_id), $2, $2
         from wechat_submission where draft_id = $1 and ended_at is null",
    )
    .bind(medium.draft_id)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(true)
}
