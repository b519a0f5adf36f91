//! The register of platforms.

use chrono::{DateTime, Utc};
use jiekou_core::staff::Grant;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::people::staff;

/// A platform.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PlatformRow {
    pub platform_id: Uuid,
    pub name: String,
    pub level: String,
    pub area: String,
    pub acts_for: Option<Uuid>,
    /// Sign-in name of that account.
    pub acts_for_name: Option<String>,
    pub created_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str =
    "p.platform_id, p.name, p.level, p.area, p.acts_for, s.username as acts_for_name, p.created_at,
    p.disabled_at from platform p left join staff_account s on s.staff_id = p.acts_for";

/// Stores a new platform.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.platform.insert", skip_all)]
pub async fn insert(conn: &mut PgConnection, row: &PlatformRow, created_by: Uuid) -> Result<(), StoreError> {
    sqlx::query(
        "insert into platform (platform_id, name, level, area, acts_for, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(row.platform_id)
    .bind(&row.name)
    .bind(&row.level)
    .bind(&row.area)
    .bind(row.acts_for)
    .bind(row.created_at)
    .bind(created_by)
    .execute(conn)
    .await?;
    Ok(())
}

/// All platforms, by name: an installation has a few dozen.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.platform.all", skip_all)]
pub async fn all(pool: &PgPool) -> Result<Vec<PlatformRow>, StoreError> {
    let query = format!("select {COLUMNS} order by p.name, p.platform_id");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).fetch_all(pool).await?)
}

/// One platform, locked until the transaction ends.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.platform.lock", skip_all)]
pub async fn lock(conn: &mut PgConnection, platform_id: Uuid) -> Result<Option<PlatformRow>, StoreError> {
    let query = format!("select {COLUMNS} where p.platform_id = $1 for update of p");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(platform_id).fetch_optional(conn).await?)
}

/// The account that a platform acts for, unless it is disabled: its display name and grants as they are now.
///
/// # Errors
/// When the database fails, or holds a role or level this release does not know.
#[instrument(level = "debug", name = "db.platform.account", skip_all)]
pub async fn account(pool: &PgPool, staff_id: Uuid) -> Result<Option<(String, Vec<Grant>)>, StoreError> {
    let found: Option<String> = sqlx::query_scalar(
        "select display_name from staff_account where staff_id = $1 and disabled_at is null",
    )
    .bind(staff_id)
    .fetch_optional(pool)
    .await?;
    let Some(display_name) = found else { return Ok(None) };
    Ok(Some((display_name, staff::grants(pool, staff_id).await?)))
}

/// Disables a platform, or enables it. Whether that changed anything.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.platform.set_disabled", skip_all)]
pub async fn set_disabled(
    conn: &mut PgConnection,
    platform_id: Uuid,
    at: Option<DateTime<Utc>>,
) -> Result<bool, StoreError> {
    let changed = sqlx::query(
        "update platform set disabled_at = $2 where platform_id = $1 and (disabled_at is null) <> ($2::timestamptz is null)",
    )
    .bind(platform_id)
    .bind(at)
    .execute(conn)
    .await?;
    Ok(changed.rows_affected() == 1)
}
