//! The register of recordings and videos; their bytes lie sealed beside the originals of photos.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// A recording or video.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Recording {
    pub recording_id: Uuid,
    pub report_id: Option<Uuid>,
    pub kind: String,
    pub content_type: String,
    pub bytes: i32,
    pub key_id: String,
    pub received_at: DateTime<Utc>,
}

/// Registers a recording whose bytes are stored; again after a crash, with the key they were stored with last.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recording.insert", skip_all)]
pub async fn insert(conn: &mut PgConnection, row: &Recording) -> Result<(), StoreError> {
    sqlx::query(
        "insert into recording (recording_id, report_id, kind, content_type, bytes, key_id, received_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (recording_id) do update set content_type = $4, bytes = $5, key_id = $6",
    )
    .bind(row.recording_id)
    .bind(row.report_id)
    .bind(&row.kind)
    .bind(&row.content_type)
    .bind(row.bytes)
    .bind(&row.key_id)
    .bind(row.received_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives recordings to a report; those that have one keep it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recording.attach", skip_all)]
pub async fn attach(conn: &mut PgConnection, ids: &[Uuid], report_id: Uuid) -> Result<(), StoreError> {
    sqlx::query("update recording set report_id = $2 where recording_id = any ($1) and report_id is null")
        .bind(ids)
        .bind(report_id)
        .execute(conn)
        .await?;
    Ok(())
}

const COLUMNS: &str = "g.recording_id, g.report_id, g.kind, g.content_type, g.bytes, g.key_id, g.received_at";

/// The recording with this id and the number of its case, where it belongs to a report.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recording.find", skip_all)]
pub async fn find(pool: &PgPool, recording_id: Uuid) -> Result<Option<(Recording, String)>, StoreError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        recording: Recording,
        case_number: String,
    }
    let query = sqlx::AssertSqlSafe(format!(
        "select {COLUMNS}, c.case_number
         from recording g join report r using (report_id) join cases c using (case_id) where g.recording_id = $1"
    ));
    let row: Option<Row> = sqlx::query_as(query).bind(recording_id).fetch_optional(pool).await?;
    Ok(row.map(|row| (row.recording, row.case_number)))
}

/// The recordings of all reports that follow a case, the oldest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recording.of_case", skip_all)]
pub async fn of_case(pool: &PgPool, case_id: i64) -> Result<Vec<Recording>, StoreError> {
    let query = sqlx::AssertSqlSafe(format!(
        "select {COLUMNS} from recording g join report r using (report_id)
         where r.case_id = $1 order by g.received_at, g.recording_id"
    ));
    Ok(sqlx::query_as(query).bind(case_id).fetch_all(pool).await?)
}

/// Recordings that came before `before` and belong to nothing; taken out of the register by [`delete`] once their bytes
/// are gone.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recording.unused", skip_all)]
pub async fn unused(pool: &PgPool, before: DateTime<Utc>, limit: i64) -> Result<Vec<Uuid>, StoreError> {
    Ok(sqlx::query_scalar(
        "select g.recording_id from recording g
         where g.report_id is null and g.received_at < $1
           and not exists (select 1 from wechat_medium m join wechat_submission s using (draft_id)
                           where m.recording_id = g.recording_id and s.ended_at is null)
         order by g.received_at limit $2",
    )
    .bind(before)
    .bind(limit)
    .fetch_all(pool)
    .await?)
}

/// Takes a recording that belongs to nothing out of the register.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.recording.delete", skip_all)]
pub async fn delete(pool: &PgPool, recording_id: Uuid) -> Result<(), StoreError> {
    sqlx::query("delete from recording where recording_id = $1 and report_id is null")
        .bind(recording_id)
        .execute(pool)
        .await?;
    Ok(())
}
