//! Accounts that are not disabled, with where they work.

use jiekou_core::staff::{Grant, Level, Role, Turn};
use sqlx::PgExecutor;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// Somebody whose account is not disabled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    pub staff_id: Uuid,
    pub username: String,
    pub name: String,
    /// Whether notices reach the account itself.
    pub has_email: bool,
    pub grants: Vec<Grant>,
}

#[derive(sqlx::FromRow)]
struct Row {
    staff_id: Uuid,
    username: String,
    display_name: String,
    has_email: bool,
    role: String,
    level: String,
    area: String,
    post: Option<String>,
    unit: Option<String>,
    turn: Option<String>,
}

const COLUMNS: &str =
    "select s.staff_id, s.username, s.display_name, s.email_sealed is not null as has_email,
    g.role, g.level, g.area, g.post, g.unit, g.turn from staff_grant g join staff_account s using (staff_id)
    where s.disabled_at is null and";
const ORDER: &str = "order by s.username, s.staff_id, g.role, g.area, g.unit, g.post";

/// Those who hold something in exactly these areas, with all that they hold there.
///
/// # Errors
/// When the database fails, or holds a role or level this release does not know.
#[instrument(level = "debug", name = "db.duty.people_in", skip_all)]
pub async fn in_areas(conn: impl PgExecutor<'_>, areas: &[&str]) -> Result<Vec<Colleague>, StoreError> {
    let query = format!("{COLUMNS} g.area = any ($1) {ORDER}");
    gather(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(areas).fetch_all(conn).await?)
}

/// Those who hold something in or above areas that begin like these, or in exactly one of `areas`, with what they hold
/// there.
///
/// # Errors
/// When the database fails, or holds a role or level this release does not know.
#[instrument(level = "debug", name = "db.duty.people_about", skip_all)]
pub async fn about(
    conn: impl PgExecutor<'_>,
    prefixes: &[&str],
    areas: &[&str],
) -> Result<Vec<Colleague>, StoreError> {
    let query = format!(
        "{COLUMNS} (g.area = any ($2) or exists (
             select from unnest($1::text[]) p where starts_with(g.area, p) or starts_with(p, g.area))) {ORDER}"
    );
    gather(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(prefixes).bind(areas).fetch_all(conn).await?)
}

/// Those with these names or ids, with everything that they hold.
///
/// # Errors
/// When the database fails, or holds a role or level this release does not know.
#[instrument(level = "debug", name = "db.duty.people_named", skip_all)]
pub async fn named(
    conn: impl PgExecutor<'_>,
    usernames: &[&str],
    ids: &[Uuid],
) -> Result<Vec<Colleague>, StoreError> {
    let query = format!("{COLUMNS} (s.username = any ($1) or s.staff_id = any ($2)) {ORDER}");
    gather(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(usernames).bind(ids).fetch_all(conn).await?)
}

/// Names of accounts, disabled ones too.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.duty.names", skip_all)]
pub async fn names(conn: impl PgExecutor<'_>, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>, StoreError> {
    Ok(sqlx::query_as("select staff_id, display_name from staff_account where staff_id = any ($1)")
        .bind(ids)
        .fetch_all(conn)
        .await?)
}

/// Which of these accounts are there and not disabled, whatever they hold.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.duty.there", skip_all)]
pub async fn there(conn: impl PgExecutor<'_>, ids: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
    Ok(sqlx::query_scalar(
        "select staff_id from staff_account where staff_id = any ($1) and disabled_at is null",
    )
    .bind(ids)
    .fetch_all(conn)
    .await?)
}

/// Locks these accounts until the transaction ends, in the order of their ids: nobody agrees on their absences meanwhile.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.duty.lock_people", skip_all)]
pub async fn lock(conn: impl PgExecutor<'_>, ids: &[Uuid]) -> Result<(), StoreError> {
    sqlx::query("select from staff_account where staff_id = any ($1) order by staff_id for no key update")
        .bind(ids)
        .execute(conn)
        .await?;
    Ok(())
}

/// Rows of one account follow each other.
fn gather(rows: Vec<Row>) -> Result<Vec<Colleague>, StoreError> {
    let mut people: Vec<Colleague> = Vec::new();
    for row in rows {
        let unknown = StoreError::Inconsistent("a grant of an unknown role");
        let (Some(role), Some(level)) = (Role::from_name(&row.role), Level::from_name(&row.level)) else {
            return Err(unknown);
        };
        let turn = row.turn.as_deref().and_then(Turn::from_name);
        let grant = Grant { role, level, area: row.area, post: row.post, unit: row.unit, turn };
        match people.last_mut().filter(|last| last.staff_id == row.staff_id) {
            Some(last) => last.grants.push(grant),
            None => people.push(Colleague {
                staff_id: row.staff_id,
                username: row.username,
                name: row.display_name,
                has_email: row.has_email,
                grants: vec![grant],
            }),
        }
    }
    Ok(people)
}
