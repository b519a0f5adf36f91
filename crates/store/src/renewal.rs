//! What an earlier release stored and this one must work out anew: prints of photos and fingerprints of cases.

use chrono::{DateTime, Utc};
use jiekou_core::dedup::{PhotoMark, PhotoPrint};
use serde_json::Value;
use sqlx::PgPool;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::photos::{PHOTO_PRINT_VERSION, write_print};

/// A case with a fingerprint of an earlier release, and what a new one is made of: the case as it is now, and the words
/// and photos of the report that opened it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OldCase {
    pub case_id: i64,
    pub fingerprint: Vec<u8>,
    pub category: String,
    pub family: String,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub address: Option<String>,
    pub component_id: Option<String>,
    pub opened_at: DateTime<Utc>,
    pub description: Option<String>,
    pub place: Option<Json<Value>>,
    pub photo_ids: Vec<Uuid>,
}

/// Cases of earlier releases, the newest first: those that take reports are mostly among them. `before` is where the
/// batch before ended.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.renewal.cases", skip_all)]
pub async fn old_cases(pool: &PgPool, limit: i64) -> Result<Vec<OldCase>, StoreError> {
    Ok(sqlx::query_as(
        "select c.case_id, c.fingerprint, c.category, c.family, c.longitude, c.latitude, c.address, c.component_id,
                c.opened_at, r.description, r.place, array(
             select p.photo_id from photo p where p.report_id = r.report_id
               and coalesce(p.attached_at, r.received_at) <= r.received_at
             order by p.uploaded_at, p.photo_id) as photo_ids
         from cases c left join case_log l on l.case_id = c.case_id and l.seq = 1
         left join report r on r.report_id = l.report_id
         where get_byte(c.fingerprint, 0) < 3 order by c.case_id desc limit $1",
    )
    .bind(limit)
    .fetch_all(pool)
    .await?)
}

/// Puts a new fingerprint in the place of the old one, unless somebody changed that meanwhile. Whether it did.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.renewal.replace", skip_all)]
pub async fn replace(pool: &PgPool, case_id: i64, old: &[u8], new: &[u8]) -> Result<bool, StoreError> {
    let done = sqlx::query("update cases set fingerprint = $3 where case_id = $1 and fingerprint = $2")
        .bind(case_id)
        .bind(old)
        .bind(new)
        .execute(pool)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Photos without a print of this version: of `among`, or, where that is `None`, of all, the newest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.renewal.photos", skip_all)]
pub async fn old_photos(pool: &PgPool, among: Option<&[Uuid]>, limit: i64) -> Result<Vec<Uuid>, StoreError> {
    let query = match among {
        Some(_) => {
            "select photo_id from photo where photo_id = any ($2) and print_version < 1 and forgotten_at is null limit $1"
        }
        None => {
            "select photo_id from photo where print_version < 1 and forgotten_at is null
             order by uploaded_at desc, photo_id limit $1"
        }
    };
    let query = sqlx::query_scalar(query).bind(limit);
    let query = if let Some(among) = among { query.bind(among) } else { query };
    Ok(query.fetch_all(pool).await?)
}

/// The prints of photos, in this order; what shows nothing has none.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.renewal.prints", skip_all)]
pub async fn prints(pool: &PgPool, ids: &[Uuid]) -> Result<Vec<PhotoPrint>, StoreError> {
    let stored: Vec<Vec<u8>> = sqlx::query_scalar(
        "select print from photo_print where photo_id = any ($1) order by array_position($1, photo_id)",
    )
    .bind(ids)
    .fetch_all(pool)
    .await?;
    Ok(stored.iter().filter_map(|bytes| PhotoPrint::from_bytes(bytes)).collect())
}

/// Notes the print of a photo, or that there is nothing to print.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.renewal.print", skip_all)]
pub async fn print(
    pool: &PgPool,
    photo_id: Uuid,
    print: Option<(&PhotoPrint, &[PhotoMark])>,
) -> Result<(), StoreError> {
    let mut transaction = pool.begin().await?;
    let known = sqlx::query("update photo set print_version = $2 where photo_id = $1")
        .bind(photo_id)
        .bind(PHOTO_PRINT_VERSION)
        .execute(&mut *transaction)
        .await?;
    if let Some((print, marks)) = print.filter(|_| known.rows_affected() == 1) {
        write_print(&mut *transaction, photo_id, print, marks).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Whether photos or cases of earlier releases are left.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.renewal.left", skip_all)]
pub async fn left(pool: &PgPool) -> Result<(bool, bool), StoreError> {
    Ok(sqlx::query_as(
        "select exists (select from photo where print_version < 1 and forgotten_at is null),
                exists (select from cases where get_byte(fingerprint, 0) < 3)",
    )
    .fetch_one(pool)
    .await?)
}

/// Asks for a renewal where there is something to renew and nobody has been asked yet.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.renewal.ask", skip_all)]
pub async fn ask(pool: &PgPool, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "insert into job (kind, payload, created_at, run_at) select 'renew', '{}', $1, $1
         where not exists (select from job where kind = 'renew' and dead_at is null)
           and (exists (select from photo where print_version < 1 and forgotten_at is null)
                or exists (select from cases where get_byte(fingerprint, 0) < 3))",
    )
    .bind(now)
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}
