//! A place for a case that has none.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tracing::instrument;

use crate::StoreError;
use crate::reports::record::{CaseRow, Reach};

/// Takes the arbiter's locks within reach. Before any row: cells come first in the order of locks.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.lock_cells", skip_all)]
pub async fn lock_cells(conn: &mut PgConnection, reach: &Reach) -> Result<(), StoreError> {
    for key in &reach.locks {
        sqlx::query("select pg_advisory_xact_lock($1)").bind(key).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Gives the place of `row` to a locked case that has none; `print` is its fingerprint then. See `locate_case` for what
/// else follows.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.locate", skip_all)]
pub async fn locate(
    conn: &mut PgConnection,
    case_id: i64,
    row: &CaseRow,
    print: Option<&[u8]>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("select locate_case($1, $2, $3, $4)")
        .bind(case_id)
        .bind(now)
        .bind(row)
        .bind(print)
        .execute(conn)
        .await?;
    Ok(())
}
