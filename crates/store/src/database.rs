//! The connection pool and the schema.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::StoreError;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");
/// Replaced as a whole by every [`migrate`], so that one file always shows what is in force.
const FUNCTIONS: &[&str] = &[
    include_str!("../functions/holder_of.sql"),
    include_str!("../functions/open_candidates.sql"),
    include_str!("../functions/locate_case.sql"),
    include_str!("../functions/last_of_chain.sql"),
    include_str!("../functions/past_cases.sql"),
    include_str!("../functions/suggestions_of.sql"),
    include_str!("../functions/unseen_within.sql"),
    include_str!("../functions/case_log.sql"),
    include_str!("../functions/case_clocks.sql"),
    include_str!("../functions/raise_clocks.sql"),
    include_str!("../functions/followers_of_line.sql"),
    include_str!("../functions/final_line.sql"),
    include_str!("../functions/taken_photo.sql"),
    include_str!("../functions/record_report.sql"),
    include_str!("../functions/move_case.sql"),
    include_str!("../functions/import_cases.sql"),
    include_str!("../functions/split_case.sql"),
    include_str!("../functions/use_api_key.sql"),
    include_str!("../functions/grant_serving.sql"),
];
/// Advisory lock of [`migrate`]: PostgreSQL does not let two sessions replace one function at the same moment.
const REPLACING_FUNCTIONS: i64 = 0x6a69_656b_6f75;

/// A pool that opens its connections when they are needed: a process starts, and says so on `/readyz`, while the
/// database is still away.
///
/// # Errors
/// `Failed` when `url` is no PostgreSQL address.
pub fn pool(url: &str, max_connections: u32) -> Result<PgPool, StoreError> {
    let options: PgConnectOptions = url.parse()?;
    Ok(PgPoolOptions::new()
        .max_connections(max_connections)
        // Below a second, so that a caller hears 503 at once when the database is gone.
        .acquire_timeout(Duration::from_millis(900))
        .idle_timeout(Duration::from_secs(300))
        // A ping before each use would be a round trip a report; a broken connection shows itself in use.
        .test_before_acquire(false)
        .connect_lazy_with(options))
}

/// Brings the schema up to date; concurrent calls wait for each other.
///
/// # Errors
/// When a migration fails, or the database was migrated by a newer release.
pub async fn migrate(pool: &PgPool) -> Result<(), StoreError> {
    MIGRATIONS.run(pool).await.map_err(|error| StoreError::Failed(Box::new(error)))?;
    let mut transaction = pool.begin().await?;
    sqlx::query("select pg_advisory_xact_lock($1)")
        .bind(REPLACING_FUNCTIONS)
        .execute(&mut *transaction)
        .await?;
    for function in FUNCTIONS {
        sqlx::raw_sql(*function).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Lets the role `serving` do what the processes do, and no more: rows, and of what only grows the writing of new ones. The
/// tables stay those of the role that migrates, so that `serving` can change neither them nor their triggers.
///
/// # Errors
/// When there is no such role, or the schema is somebody else's.
pub async fn grant_serving(pool: &PgPool, serving: &str) -> Result<(), StoreError> {
    sqlx::query("select grant_serving($1::name)").bind(serving).execute(pool).await?;
    Ok(())
}

/// Whether the database answers and has the schema this release needs.
///
/// # Errors
/// When it does not answer.
pub async fn is_current(pool: &PgPool) -> Result<bool, StoreError> {
    let newest = MIGRATIONS.iter().map(|migration| migration.version).max();
    let applied: Option<i64> =
        sqlx::query_scalar("select max(version) from _sqlx_migrations where success").fetch_one(pool).await?;
    Ok(applied >= newest)
}
