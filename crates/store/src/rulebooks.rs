//! The versions of a jurisdiction's rules.

use chrono::{DateTime, Utc};
use jiekou_core::rulebook::RulebookData;
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;

use crate::StoreError;

/// Stores `data` as a version in force from `effective_from`, and creates the district's receipt counter. Returns
/// the version's id, the existing one when the same data was stored before.
///
/// # Errors
/// When the database fails.
#[instrument(name = "db.rulebook.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    data: &RulebookData,
    effective_from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let body = serde_json::to_vec(data).map_err(|error| StoreError::Failed(Box::new(error)))?;
    let id = sqlx::query_scalar(
        "insert into rulebook_version (code, version, digest, effective_from, loaded_at, body)
         values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint rulebook_version_digest do update set version = excluded.version
         returning rulebook_version_id",
    )
    .bind(&data.code)
    .bind(&data.version)
    .bind(Sha256::digest(&body).to_vec())
    .bind(effective_from)
    .bind(now)
    .bind(Json(data))
    .fetch_one(&mut *conn)
    .await?;
    create_receipt_counter(conn, &data.district.code).await?;
    Ok(id)
}

/// One counter a district. The name cannot be bound, so only digits are let through.
async fn create_receipt_counter(conn: &mut PgConnection, district: &str) -> Result<(), StoreError> {
    if district.is_empty() || !district.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(StoreError::Inconsistent("a district code is digits only"));
    }
    let statement = format!("create sequence if not exists receipt_{district} as bigint");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(conn).await?;
    Ok(())
}

/// The newest version in force at `now`, with its id.
///
/// # Errors
/// When the database fails.
#[instrument(name = "db.rulebook.in_force", skip_all)]
pub async fn in_force(pool: &PgPool, now: DateTime<Utc>) -> Result<Option<(i64, RulebookData)>, StoreError> {
    let row: Option<(i64, Json<RulebookData>)> = sqlx::query_as(
        // Earlier releases compared photos by the bits of a hash.
        "select rulebook_version_id, body #- '{dedup,samePhotoBits}' as body from rulebook_version
         where effective_from <= $1 order by effective_from desc, rulebook_version_id desc limit 1",
    )
    .bind(now)
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|(id, Json(data))| (id, data)))
}
