//! Telling other processes that something changed. Only a wake-up: a lost one costs latency, never a message.

use sqlx::postgres::PgListener;
use sqlx::{PgConnection, PgPool};

use crate::StoreError;

/// Channel on which changes of a case are announced; the payload is the case's id.
pub const CASE_CHANGED: &str = "jiekou_case_changed";

/// Announces a change of `case_id` when the transaction commits.
///
/// # Errors
/// When the database fails.
pub async fn case_changed(conn: &mut PgConnection, case_id: i64) -> Result<(), StoreError> {
    sqlx::query("select pg_notify($1, $2)")
        .bind(CASE_CHANGED)
        .bind(case_id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Announces a change of `case_id` that was committed without.
///
/// # Errors
/// When the database fails.
pub async fn tell(pool: &PgPool, case_id: i64) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    case_changed(&mut connection, case_id).await
}

/// Listens for changes on a connection of its own. It reconnects by itself; [`PgListener::try_recv`] answers `None`
/// once after a gap, when whoever waits must look for themself.
///
/// # Errors
/// When the database fails.
pub async fn listen(pool: &PgPool) -> Result<PgListener, StoreError> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CASE_CHANGED).await?;
    Ok(listener)
}
