//! The newest open cases of some centers.

use sqlx::PgPool;
use tracing::instrument;

use crate::StoreError;

/// Ids and fingerprints of the newest cases of these centers that take reports, at most `limit` of all of them.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.newest_open", skip_all)]
pub async fn newest_open(
    pool: &PgPool,
    centers: &[String],
    limit: i64,
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    Ok(sqlx::query_as(
        "with newest as (
             select n.case_id from unnest($1::text[]) center
             cross join lateral (
                 select case_id from cases where takes_reports and center_code = center
                 order by case_id desc limit $2) n
             order by n.case_id desc limit $2)
         select case_id, fingerprint from newest join cases using (case_id)",
    )
    .bind(centers)
    .bind(limit)
    .fetch_all(pool)
    .await?)
}
