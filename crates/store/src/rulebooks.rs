//! The versions of a jurisdiction's rules.

use chrono::{DateTime, Utc};
use jiekou_core::rulebook::RulebookData;
use sha2::{Digest, Sha256};
use sqlx::postgres::PgListener;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;

use crate::StoreError;

/// Channel on which a loaded version is announced; the payload is its id.
const CHANGED: &str = "jiekou_rulebook_changed";

/// Stores `data` as a version in force from `effective_from`, and creates the district's receipt counter. Returns
/// the version's id, that of the version in force then when it has the same content.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.rulebook.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    data: &RulebookData,
    effective_from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let body = serde_json::to_vec(data).map_err(|error| StoreError::Failed(Box::new(error)))?;
    let digest = Sha256::digest(&body).to_vec();
    // Two processes that load the same folder at once store it once.
    sqlx::query("select pg_advisory_xact_lock(hashtext('rulebook_version'))").execute(&mut *conn).await?;
    let known: Option<(i64, Vec<u8>)> = sqlx::query_as(
        "select rulebook_version_id, digest from rulebook_version where effective_from <= $1
         order by effective_from desc, rulebook_version_id desc limit 1",
    )
    .bind(effective_from)
    .fetch_optional(&mut *conn)
    .await?;
    create_receipt_counter(conn, &data.district.code).await?;
    if let Some((id, stored)) = known
        && stored == digest
    {
        return Ok(id);
    }
    let id: i64 = sqlx::query_scalar(
        "insert into rulebook_version (code, version, digest, effective_from, loaded_at, body)
         values ($1, $2, $3, $4, $5, $6) returning rulebook_version_id",
    )
    .bind(&data.code)
    .bind(&data.version)
    .bind(digest)
    .bind(effective_from)
    .bind(now)
    .bind(Json(data))
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query("select pg_notify($1, $2)").bind(CHANGED).bind(id.to_string()).execute(&mut *conn).await?;
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
#[instrument(level = "debug", name = "db.rulebook.in_force", skip_all)]
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

/// The id of the version in force at `now`: what is asked often, without its body.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.rulebook.newest", skip_all)]
pub async fn id_in_force(pool: &PgPool, now: DateTime<Utc>) -> Result<Option<i64>, StoreError> {
    let id = sqlx::query_scalar(
        "select rulebook_version_id from rulebook_version
         where effective_from <= $1 order by effective_from desc, rulebook_version_id desc limit 1",
    )
    .bind(now)
    .fetch_optional(pool)
    .await?;
    Ok(id)
}

/// The version that was in force at each of these moments; moments before the first version are left out.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.rulebook.in_force_at", skip_all)]
pub async fn in_force_at(
    conn: &mut PgConnection,
    moments: &[DateTime<Utc>],
) -> Result<Vec<(DateTime<Utc>, i64)>, StoreError> {
    Ok(sqlx::query_as(
        "select m.at, v.rulebook_version_id from unnest($1::timestamptz[]) m(at)
         join lateral (select rulebook_version_id from rulebook_version where effective_from <= m.at
                       order by effective_from desc, rulebook_version_id desc limit 1) v on true",
    )
    .bind(moments)
    .fetch_all(conn)
    .await?)
}

/// The version with this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.rulebook.by_id", skip_all)]
pub async fn by_id(conn: &mut PgConnection, version_id: i64) -> Result<Option<RulebookData>, StoreError> {
    let row: Option<(Json<RulebookData>,)> =
        sqlx::query_as("select body from rulebook_version where rulebook_version_id = $1")
            .bind(version_id)
            .fetch_optional(conn)
            .await?;
    Ok(row.map(|(Json(data),)| data))
}

/// Listens for versions that are loaded, on a connection of its own.
///
/// # Errors
/// When the database fails.
pub async fn listen(pool: &PgPool) -> Result<PgListener, StoreError> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANGED).await?;
    Ok(listener)
}
