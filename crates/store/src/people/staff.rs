//! Accounts of staff and their grants.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use jiekou_core::staff::{Grant, Level, Role};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::error::broken_constraint;

/// An account as signing in needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Account {
    pub staff_id: Uuid,
    pub display_name: String,
    pub password_hash: String,
    pub totp_key_id: Option<String>,
    pub totp_sealed: Option<Vec<u8>>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub locked_until: Option<DateTime<Utc>>,
}

/// The account with this name, in lower case.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.by_username", skip_all)]
pub async fn by_username(pool: &PgPool, username: &str) -> Result<Option<Account>, StoreError> {
    Ok(sqlx::query_as(
        "select staff_id, display_name, password_hash, totp_key_id, totp_sealed, disabled_at, locked_until
         from staff_account where username = $1",
    )
    .bind(username)
    .fetch_optional(pool)
    .await?)
}

#[derive(sqlx::FromRow)]
struct GrantRow {
    role: String,
    level: String,
    area: String,
    post: Option<String>,
    unit: Option<String>,
}

impl GrantRow {
    fn grant(self) -> Option<Grant> {
        let (role, level) = (Role::from_name(&self.role)?, Level::from_name(&self.level)?);
        Some(Grant { role, level, area: self.area, post: self.post, unit: self.unit })
    }
}

/// Creates an account with its grants. `false` when the name is taken; then nothing is changed.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    staff_id: Uuid,
    username: &str,
    display_name: &str,
    password_hash: &str,
    grants: &[Grant],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let inserted = sqlx::query(
        "insert into staff_account (staff_id, username, display_name, password_hash, created_at)
         values ($1, $2, $3, $4, $5) on conflict on constraint staff_username do nothing",
    )
    .bind(staff_id)
    .bind(username)
    .bind(display_name)
    .bind(password_hash)
    .bind(now)
    .execute(&mut *conn)
    .await;
    match inserted {
        Ok(done) if done.rows_affected() == 0 => return Ok(false),
        Ok(_) => {}
        Err(error) if broken_constraint(&error) == Some("staff_username") => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    for grant in grants {
        sqlx::query("insert into staff_grant (staff_id, role, level, area, post, unit) values ($1, $2, $3, $4, $5, $6)")
            .bind(staff_id)
            .bind(grant.role.name())
            .bind(grant.level.name())
            .bind(&grant.area)
            .bind(&grant.post)
            .bind(&grant.unit)
            .execute(&mut *conn)
            .await?;
    }
    Ok(true)
}

/// The grants of an account that is not disabled.
///
/// # Errors
/// When the database fails, or holds a role or level this release does not know.
#[instrument(level = "debug", name = "db.staff.grants", skip_all)]
pub async fn grants(pool: &PgPool, staff_id: Uuid) -> Result<Vec<Grant>, StoreError> {
    let rows: Vec<GrantRow> = sqlx::query_as(
        "select g.role, g.level, g.area, g.post, g.unit from staff_grant g join staff_account s using (staff_id)
         where g.staff_id = $1 and s.disabled_at is null",
    )
    .bind(staff_id)
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(GrantRow::grant)
        .collect::<Option<_>>()
        .ok_or(StoreError::Inconsistent("a grant of an unknown role"))
}

/// Counts a failed attempt and locks the account for `minutes` after every fifth; a success clears the count.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.note_attempt", skip_all)]
pub async fn note_attempt(
    pool: &PgPool,
    staff_id: Uuid,
    success: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update staff_account set failed_attempts = case when $2 then 0 else failed_attempts + 1 end,
             locked_until = case when $2 then null
                                 when (failed_attempts + 1) % 5 = 0 then $3 + interval '15 minutes'
                                 else locked_until end
         where staff_id = $1",
    )
    .bind(staff_id)
    .bind(success)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(())
}

/// The name of an account that is not disabled.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.display_name", skip_all)]
pub async fn display_name(pool: &PgPool, staff_id: Uuid) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "select display_name from staff_account where staff_id = $1 and disabled_at is null",
    )
    .bind(staff_id)
    .fetch_optional(pool)
    .await?)
}

/// The names of these accounts, disabled ones too, by id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.display_names", skip_all)]
pub async fn display_names(pool: &PgPool, people: &[Uuid]) -> Result<HashMap<String, String>, StoreError> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, String)> =
        sqlx::query_as("select staff_id, display_name from staff_account where staff_id = any ($1)")
            .bind(people)
            .fetch_all(pool)
            .await?;
    Ok(rows.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

/// The account with this name that is not disabled: its id, display name and grants.
///
/// # Errors
/// When the database fails, or holds a role or level this release does not know.
#[instrument(level = "debug", name = "db.staff.with_grants", skip_all)]
pub async fn with_grants(
    pool: &PgPool,
    username: &str,
) -> Result<Option<(Uuid, String, Vec<Grant>)>, StoreError> {
    let found: Option<(Uuid, String)> = sqlx::query_as(
        "select staff_id, display_name from staff_account where username = $1 and disabled_at is null",
    )
    .bind(username)
    .fetch_optional(pool)
    .await?;
    let Some((staff_id, display_name)) = found else {
        return Ok(None);
    };
    Ok(Some((staff_id, display_name, grants(pool, staff_id).await?)))
}
