//! What senders call their requests.

use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// Notes what a platform calls a report. Doing it twice changes nothing.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.request_token.note", skip_all)]
pub async fn note(pool: &PgPool, platform_id: Uuid, token: &str, report_id: Uuid) -> Result<(), StoreError> {
    sqlx::query(
        "insert into request_token (token, platform_id, report_id) values ($1, $2, $3) on conflict do nothing",
    )
    .bind(token)
    .bind(platform_id)
    .bind(report_id)
    .execute(pool)
    .await?;
    Ok(())
}

/// The report that a platform, or, without one, any platform calls so.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.request_token.find", skip_all)]
pub async fn find(pool: &PgPool, platform_id: Option<Uuid>, token: &str) -> Result<Option<Uuid>, StoreError> {
    Ok(sqlx::query_scalar(
        "select report_id from request_token where token = $1 and ($2::uuid is null or platform_id = $2)
         order by report_id limit 1",
    )
    .bind(token)
    .bind(platform_id)
    .fetch_optional(pool)
    .await?)
}

/// The report with this id if the platform filed it, on any of its doors.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.request_token.own", skip_all)]
pub async fn is_filed_by(
    conn: &mut PgConnection,
    platform_id: Uuid,
    report_id: Uuid,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "select exists (select from report where report_id = $1 and filed_by = $2 and channel in ('open311', 'device'))",
    )
    .bind(report_id)
    .bind(platform_id)
    .fetch_one(conn)
    .await?)
}
