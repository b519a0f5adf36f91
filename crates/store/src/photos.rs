//! The register of photos; the pictures themselves lie in [`crate::photo_files`].

use chrono::{DateTime, NaiveDateTime, Utc};
use jiekou_core::dedup::{PhotoMark, PhotoPrint};
use sqlx::{PgConnection, PgExecutor, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::work::jobs;

/// Version of the prints this release makes.
pub const PHOTO_PRINT_VERSION: i16 = 1;

/// An uploaded photo.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PhotoRow {
    pub photo_id: Uuid,
    pub uploaded_by: String,
    pub uploaded_at: DateTime<Utc>,
    pub width: i32,
    pub height: i32,
    pub captured_at: Option<NaiveDateTime>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub perceptual_hash: i64,
    pub content_hash: Vec<u8>,
    pub key_id: String,
    /// How long the video plays that it is a still of.
    pub video_seconds: Option<f32>,
}

/// Where a photo belongs, as far as a viewer's rights hang on it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Belonging {
    pub report_id: Option<Uuid>,
    pub released_at: Option<DateTime<Utc>>,
    pub center_code: Option<String>,
    pub segment_code: Option<String>,
    pub case_id: Option<i64>,
}

/// Registers a photo with its print, if it has one. Its files are written first: a row without files would be a promise
/// broken.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo.insert", skip_all)]
pub async fn insert(
    pool: &PgPool,
    row: &PhotoRow,
    print: Option<(&PhotoPrint, &[PhotoMark])>,
) -> Result<(), StoreError> {
    let mut transaction = pool.begin().await?;
    sqlx::query(
        "insert into photo (photo_id, uploaded_by, uploaded_at, width, height, captured_at, longitude, latitude,
             perceptual_hash, content_hash, key_id, video_seconds, print_version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(row.photo_id)
    .bind(&row.uploaded_by)
    .bind(row.uploaded_at)
    .bind(row.width)
    .bind(row.height)
    .bind(row.captured_at)
    .bind(row.longitude)
    .bind(row.latitude)
    .bind(row.perceptual_hash)
    .bind(&row.content_hash)
    .bind(&row.key_id)
    .bind(row.video_seconds)
    .bind(PHOTO_PRINT_VERSION)
    .execute(&mut *transaction)
    .await?;
    if let Some((print, marks)) = print {
        write_print(&mut *transaction, row.photo_id, print, marks).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Writes or replaces the print of a photo.
///
/// # Errors
/// When the database fails.
pub(crate) async fn write_print(
    conn: impl PgExecutor<'_>,
    photo_id: Uuid,
    print: &PhotoPrint,
    marks: &[PhotoMark],
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into photo_print (photo_id, print, marks, doubts) values ($1, $2, $3, $4)
         on conflict (photo_id) do update set print = $2, marks = $3, doubts = $4",
    )
    .bind(photo_id)
    .bind(print.as_bytes())
    .bind(marks.iter().map(|mark| mark.key).collect::<Vec<_>>())
    .bind(marks.iter().map(|mark| mark.doubts).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

/// The prints of those among `ids` that exist and belong to nothing yet, in this order; what shows nothing has none.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo.unclaimed_prints", skip_all)]
pub async fn unclaimed_prints(pool: &PgPool, ids: &[Uuid]) -> Result<Vec<PhotoPrint>, StoreError> {
    let stored: Vec<Vec<u8>> = sqlx::query_scalar(
        "select print from photo_print join photo using (photo_id)
         where photo_id = any ($1) and report_id is null and case_id is null and placard_id is null and forgotten_at is null
         order by array_position($1, photo_id)",
    )
    .bind(ids)
    .fetch_all(pool)
    .await?;
    Ok(stored.iter().filter_map(|bytes| PhotoPrint::from_bytes(bytes)).collect())
}

/// Gives photos to a report and has them compared with earlier ones. The id of the first that is unknown or taken, when
/// there is one; then nothing is given.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo.claim_for_report", skip_all)]
pub async fn claim_for_report(
    conn: &mut PgConnection,
    ids: &[Uuid],
    report_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, StoreError> {
    if ids.is_empty() {
        return Ok(None);
    }
    let taken: Option<Uuid> =
        sqlx::query_scalar("select taken_photo($1)").bind(ids).fetch_one(&mut *conn).await?;
    if taken.is_some() {
        return Ok(taken);
    }
    sqlx::query("update photo set report_id = $2, attached_at = $3 where photo_id = any ($1)")
        .bind(ids)
        .bind(report_id)
        .bind(now)
        .execute(&mut *conn)
        .await?;
    jobs::insert(conn, "checkPhotos", &serde_json::json!({ "reportId": report_id }), now).await?;
    Ok(None)
}

/// Gives photos to the lifting of a placard, and to the case that it hung on. The id of the first that is unknown or
/// taken, when there is one; then nothing is given.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo.claim_for_placard", skip_all)]
pub async fn claim_for_placard(
    conn: &mut PgConnection,
    ids: &[Uuid],
    placard_id: Uuid,
    case_id: Option<i64>,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, StoreError> {
    let taken: Option<Uuid> =
        sqlx::query_scalar("select taken_photo($1)").bind(ids).fetch_one(&mut *conn).await?;
    if taken.is_none() {
        sqlx::query(
            "update photo set placard_id = $2, case_id = $3, attached_at = $4 where photo_id = any ($1)",
        )
        .bind(ids)
        .bind(placard_id)
        .bind(case_id)
        .bind(now)
        .execute(conn)
        .await?;
    }
    Ok(taken)
}

/// Those of the photos that were uploaded at `since` or before.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo.older", skip_all)]
pub async fn older(
    conn: &mut PgConnection,
    ids: &[Uuid],
    since: DateTime<Utc>,
) -> Result<Vec<Uuid>, StoreError> {
    Ok(sqlx::query_scalar("select photo_id from photo where photo_id = any ($1) and uploaded_at <= $2")
        .bind(ids)
        .bind(since)
        .fetch_all(conn)
        .await?)
}

/// Whether the report has a photo of exactly these bytes, by their SHA-256.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo.has_content", skip_all)]
pub async fn has_content(
    conn: impl PgExecutor<'_>,
    report_id: Uuid,
    hash: &[u8],
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select exists (select from photo where report_id = $1 and content_hash = $2)")
        .bind(report_id)
        .bind(hash)
        .fetch_one(conn)
        .await?)
}

/// Where a photo belongs; `None` when there is no such photo.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo.belonging", skip_all)]
pub async fn belonging(pool: &PgPool, photo_id: Uuid) -> Result<Option<Belonging>, StoreError> {
    Ok(sqlx::query_as(
        "select p.report_id, p.released_at, coalesce(c.center_code, k.center_code) as center_code,
                coalesce(c.segment_code, k.segment_code) as segment_code, c.case_id
         from photo p left join report r using (report_id) left join cases c on c.case_id = coalesce(p.case_id, r.case_id)
         left join placard k using (placard_id)
         where p.photo_id = $1",
    )
    .bind(photo_id)
    .fetch_optional(pool)
    .await?)
}

/// Notes that the released copy may be seen by strangers.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo.release", skip_all)]
pub async fn release(
    pool: &PgPool,
    photo_id: Uuid,
    staff_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("update photo set released_at = $2, released_by = $3 where photo_id = $1")
        .bind(photo_id)
        .bind(now)
        .bind(staff_id)
        .execute(pool)
        .await?;
    Ok(())
}

/// Marks photos uploaded before `before` that no report ever named as forgotten: nobody can use them from now on.
/// Returns every one so marked, also those whose files could not be removed the last time.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo.mark_unused", skip_all)]
pub async fn mark_unused(
    pool: &PgPool,
    before: DateTime<Utc>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, StoreError> {
    Ok(sqlx::query_scalar(
        "update photo set forgotten_at = coalesce(forgotten_at, $3) where photo_id in (
             select photo_id from photo where report_id is null and case_id is null and placard_id is null and uploaded_at < $1
             order by forgotten_at nulls first limit $2 for update skip locked) returning photo_id",
    )
    .bind(before)
    .bind(limit)
    .bind(now)
    .fetch_all(pool)
    .await?)
}

/// Deletes the row of a forgotten photo, after its files.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo.delete_forgotten", skip_all)]
pub async fn delete_forgotten(pool: &PgPool, photo_id: Uuid) -> Result<(), StoreError> {
    sqlx::query("delete from photo where photo_id = $1 and forgotten_at is not null")
        .bind(photo_id)
        .execute(pool)
        .await?;
    Ok(())
}

/// Whether a report of the case brought a photo.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo.is_pictured", skip_all)]
pub async fn is_pictured(pool: &PgPool, case_id: i64) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "select exists (select from photo p join report r using (report_id) where r.case_id = $1)",
    )
    .bind(case_id)
    .fetch_one(pool)
    .await?)
}
