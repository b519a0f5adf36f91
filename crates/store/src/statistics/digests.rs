//! Digests of days, kept as they were made.

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::digest::DayDigest;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;

use crate::StoreError;

/// Keeps the digests of a day.
///
/// # Errors
/// When the database fails, or one of them was kept before.
#[instrument(level = "debug", name = "db.digest.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    digests: &[DayDigest],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let days: Vec<NaiveDate> = digests.iter().map(|digest| digest.day).collect();
    let areas: Vec<&str> = digests.iter().map(|digest| digest.area.as_str()).collect();
    let bodies: Vec<Json<&DayDigest>> = digests.iter().map(Json).collect();
    sqlx::query(
        "insert into digest (day, area, body, made_at)
         select *, $4 from unnest($1::date[], $2::text[], $3::jsonb[])",
    )
    .bind(days)
    .bind(areas)
    .bind(bodies)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// The digest of an area and a day.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.digest.of", skip_all)]
pub async fn of(
    pool: &PgPool,
    area: &str,
    day: NaiveDate,
) -> Result<Option<(DayDigest, DateTime<Utc>)>, StoreError> {
    let row: Option<(Json<DayDigest>, DateTime<Utc>)> =
        sqlx::query_as("select body, made_at from digest where day = $1 and area = $2")
            .bind(day)
            .bind(area)
            .fetch_optional(pool)
            .await?;
    Ok(row.map(|(body, made_at)| (body.0, made_at)))
}
