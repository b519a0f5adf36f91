//! Accounts of staff and their grants.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use jiekou_core::staff::{Grant, Level, Role, Turn};
use sqlx::{PgConnection, PgExecutor, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::error::broken_constraint;
use crate::vault::Sealed;

/// An account as signing in needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Account {
    pub staff_id: Uuid,
    pub username: String,
    pub display_name: String,
    pub password_hash: String,
    pub must_change_password: bool,
    pub totp_key_id: Option<String>,
    pub totp_sealed: Option<Vec<u8>>,
    pub disabled_at: Option<DateTime<Utc>>,
}

/// The account with this name, in lower case.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.by_username", skip_all)]
pub async fn by_username(pool: &PgPool, username: &str) -> Result<Option<Account>, StoreError> {
    Ok(sqlx::query_as(
        "select staff_id, username, display_name, password_hash, must_change_password, totp_key_id, totp_sealed,
                disabled_at from staff_account where username = $1",
    )
    .bind(username)
    .fetch_optional(pool)
    .await?)
}

/// The account with this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.by_id", skip_all)]
pub async fn by_id(executor: impl PgExecutor<'_>, staff_id: Uuid) -> Result<Option<Account>, StoreError> {
    Ok(sqlx::query_as(
        "select staff_id, username, display_name, password_hash, must_change_password, totp_key_id, totp_sealed,
                disabled_at from staff_account where staff_id = $1",
    )
    .bind(staff_id)
    .fetch_optional(executor)
    .await?)
}

/// Puts another hash in the place of `known`: of the same password, or of another one that its owner chose. `false` when
/// somebody else was faster.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.set_password", skip_all)]
pub async fn set_password(
    conn: &mut PgConnection,
    staff_id: Uuid,
    known: &str,
    password_hash: &str,
) -> Result<bool, StoreError> {
    let set = sqlx::query(
        "update staff_account set password_hash = $3, must_change_password = false
         where staff_id = $1 and password_hash = $2",
    )
    .bind(staff_id)
    .bind(known)
    .bind(password_hash)
    .execute(conn)
    .await?;
    Ok(set.rows_affected() == 1)
}

#[derive(sqlx::FromRow)]
struct GrantRow {
    role: String,
    level: String,
    area: String,
    post: Option<String>,
    unit: Option<String>,
    turn: Option<String>,
}

impl GrantRow {
    fn grant(self) -> Option<Grant> {
        let (role, level) = (Role::from_name(&self.role)?, Level::from_name(&self.level)?);
        let turn = self.turn.as_deref().and_then(Turn::from_name);
        Some(Grant { role, level, area: self.area, post: self.post, unit: self.unit, turn })
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
    insert_grants(conn, staff_id, grants).await?;
    Ok(true)
}

async fn insert_grants(conn: &mut PgConnection, staff_id: Uuid, grants: &[Grant]) -> Result<(), StoreError> {
    for grant in grants {
        sqlx::query(
            "insert into staff_grant (staff_id, role, level, area, post, unit, turn) values ($1, $2, $3, $4, $5, $6, $7)
             on conflict on constraint staff_grant_once do update set turn = excluded.turn",
        )
            .bind(staff_id)
            .bind(grant.role.name())
            .bind(grant.level.name())
            .bind(&grant.area)
            .bind(&grant.post)
            .bind(&grant.unit)
            .bind(grant.turn.map(Turn::name))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// The grants of an account that is not disabled.
///
/// # Errors
/// When the database fails, or holds a role or level this release does not know.
#[instrument(level = "debug", name = "db.staff.grants", skip_all)]
pub async fn grants(pool: &PgPool, staff_id: Uuid) -> Result<Vec<Grant>, StoreError> {
    let rows: Vec<GrantRow> = sqlx::query_as(
        "select g.role, g.level, g.area, g.post, g.unit, g.turn from staff_grant g join staff_account s using (staff_id)
         where g.staff_id = $1 and s.disabled_at is null",
    )
    .bind(staff_id)
    .fetch_all(pool)
    .await?;
    known(rows)
}

fn known(rows: Vec<GrantRow>) -> Result<Vec<Grant>, StoreError> {
    rows.into_iter()
        .map(GrantRow::grant)
        .collect::<Option<_>>()
        .ok_or(StoreError::Inconsistent("a grant of an unknown role"))
}

/// Id, name and display name of an account by its name in lower case, also of one that is disabled.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.any_by_username", skip_all)]
pub async fn any_by_username(
    conn: impl PgExecutor<'_>,
    username: &str,
) -> Result<Option<(Uuid, String, String)>, StoreError> {
    Ok(sqlx::query_as("select staff_id, username, display_name from staff_account where username = $1")
        .bind(username)
        .fetch_optional(conn)
        .await?)
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

/// An account while something is done to it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LockedAccount {
    pub staff_id: Uuid,
    pub username: String,
    pub disabled_at: Option<DateTime<Utc>>,
    email_key_id: Option<String>,
    email_sealed: Option<Vec<u8>>,
}

impl LockedAccount {
    /// Where invitations go.
    pub fn email(&self) -> Option<Sealed> {
        let (key_id, bytes) = self.email_key_id.clone().zip(self.email_sealed.clone())?;
        Some(Sealed { key_id, bytes })
    }
}

/// Locks an account until the transaction ends.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.lock", skip_all)]
pub async fn lock(conn: &mut PgConnection, staff_id: Uuid) -> Result<Option<LockedAccount>, StoreError> {
    Ok(sqlx::query_as(
        "select staff_id, username, disabled_at, email_key_id, email_sealed from staff_account
         where staff_id = $1 for update",
    )
    .bind(staff_id)
    .fetch_optional(conn)
    .await?)
}

/// The grants of an account, be it disabled or not.
///
/// # Errors
/// When the database fails, or holds a role or level this release does not know.
#[instrument(level = "debug", name = "db.staff.all_grants", skip_all)]
pub async fn all_grants(conn: &mut PgConnection, staff_id: Uuid) -> Result<Vec<Grant>, StoreError> {
    let rows: Vec<GrantRow> = sqlx::query_as(
        "select role, level, area, post, unit, turn from staff_grant where staff_id = $1 order by area, role, post, unit",
    )
    .bind(staff_id)
    .fetch_all(conn)
    .await?;
    known(rows)
}

/// Puts grants in the place of all that an account had. What it has already it goes on having since the same moment.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.set_grants", skip_all)]
pub async fn set_grants(conn: &mut PgConnection, staff_id: Uuid, grants: &[Grant]) -> Result<(), StoreError> {
    sqlx::query(
        "delete from staff_grant g where g.staff_id = $1 and not exists (
             select from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) n (role, level, area, post, unit)
             where (g.role, g.level, g.area) = (n.role, n.level, n.area)
               and g.post is not distinct from n.post and g.unit is not distinct from n.unit)",
    )
    .bind(staff_id)
    .bind(grants.iter().map(|it| it.role.name()).collect::<Vec<_>>())
    .bind(grants.iter().map(|it| it.level.name()).collect::<Vec<_>>())
    .bind(grants.iter().map(|it| it.area.as_str()).collect::<Vec<_>>())
    .bind(grants.iter().map(|it| it.post.as_deref()).collect::<Vec<_>>())
    .bind(grants.iter().map(|it| it.unit.as_deref()).collect::<Vec<_>>())
    .execute(&mut *conn)
    .await?;
    insert_grants(conn, staff_id, grants).await
}

/// Disables an account, or enables it. `false` when it was so before.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.set_disabled", skip_all)]
pub async fn set_disabled(
    conn: &mut PgConnection,
    staff_id: Uuid,
    since: Option<DateTime<Utc>>,
) -> Result<bool, StoreError> {
    let set = sqlx::query(
        "update staff_account set disabled_at = $2 where staff_id = $1 and (disabled_at is null) <> ($2 is null)",
    )
    .bind(staff_id)
    .bind(since)
    .execute(conn)
    .await?;
    Ok(set.rows_affected() == 1)
}

/// Puts a hash that no password has in the place of an account's.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.forget_password", skip_all)]
pub async fn forget_password(
    conn: &mut PgConnection,
    staff_id: Uuid,
    nobody: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "update staff_account set password_hash = $2, must_change_password = false where staff_id = $1",
    )
    .bind(staff_id)
    .bind(nobody)
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes who made an account and where invitations go.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff.set_origin", skip_all)]
pub async fn set_origin(
    conn: &mut PgConnection,
    staff_id: Uuid,
    created_by: Option<Uuid>,
    email: Option<&Sealed>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update staff_account set created_by = $2, email_key_id = $3, email_sealed = $4 where staff_id = $1",
    )
    .bind(staff_id)
    .bind(created_by)
    .bind(email.map(|email| &email.key_id))
    .bind(email.map(|email| &email.bytes))
    .execute(conn)
    .await?;
    Ok(())
}
