//! Who stands in for whom, and when.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::words::Words;

/// A time in which `staff_id` stands in for `absent_id`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Deputy {
    pub deputy_id: Uuid,
    pub absent_id: Uuid,
    pub staff_id: Uuid,
    pub from_at: DateTime<Utc>,
    pub until_at: DateTime<Utc>,
    pub note: Option<Words>,
    pub made_by: Uuid,
    pub made_at: DateTime<Utc>,
}

const COLUMNS: &str =
    "select deputy_id, absent_id, staff_id, from_at, until_at, note, made_by, made_at from deputy where";

/// What somebody stands in for at `now`: whom, their name and grants of accounts that are not disabled.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.deputy.stands_in_for", skip_all)]
pub async fn stands_in_for(
    conn: impl PgExecutor<'_>,
    staff_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, StoreError> {
    Ok(sqlx::query_scalar(
        "select absent_id from deputy where staff_id = $1 and from_at <= $2 and until_at > $2 order by absent_id",
    )
    .bind(staff_id)
    .bind(now)
    .fetch_all(conn)
    .await?)
}

/// Those that last beyond `now` and concern one of these people, in order of their beginning.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.deputy.of", skip_all)]
pub async fn of(
    conn: impl PgExecutor<'_>,
    people: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<Deputy>, StoreError> {
    let query = format!(
        "{COLUMNS} until_at > $2 and (absent_id = any ($1) or staff_id = any ($1)) order by from_at, deputy_id"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(people).bind(now).fetch_all(conn).await?)
}

/// The one with this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.deputy.by_id", skip_all)]
pub async fn by_id(conn: impl PgExecutor<'_>, deputy_id: Uuid) -> Result<Option<Deputy>, StoreError> {
    let query = format!("{COLUMNS} deputy_id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(deputy_id).fetch_optional(conn).await?)
}

/// Writes one that has been agreed on.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.deputy.insert", skip_all)]
pub async fn insert(conn: &mut PgConnection, deputy: &Deputy) -> Result<(), StoreError> {
    sqlx::query(
        "insert into deputy (deputy_id, absent_id, staff_id, from_at, until_at, note, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(deputy.deputy_id)
    .bind(deputy.absent_id)
    .bind(deputy.staff_id)
    .bind(deputy.from_at)
    .bind(deputy.until_at)
    .bind(&deputy.note)
    .bind(deputy.made_by)
    .bind(deputy.made_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends one at `now`, if it is not over; one that has not begun never does.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.deputy.end", skip_all)]
pub async fn end(
    conn: impl PgExecutor<'_>,
    deputy_id: Uuid,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update deputy set until_at = greatest(from_at, $3), ended_by = $2 where deputy_id = $1 and until_at > $3",
    )
    .bind(deputy_id)
    .bind(by)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}
