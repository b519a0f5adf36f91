//! Blocks (黑名单): who may send nothing until when. Nothing in here says who that is, except to whoever knows it already.

use chrono::{DateTime, Utc};
use sqlx::postgres::PgListener;
use sqlx::{PgConnection, PgExecutor, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// Channel on which changes are announced. Only a wake-up: whoever hears it reads them.
const CHANGED: &str = "jiekou_block_changed";

/// A block.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct BlockRow {
    pub block_id: Uuid,
    /// Name of a `core::limit::By`.
    pub kind: String,
    pub subject_index: Vec<u8>,
    /// Code of the city or district whose staff blocked.
    pub area: String,
    pub reason: String,
    pub blocked_by: Uuid,
    pub blocked_at: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// When it ended before its time.
    pub ended_at: Option<DateTime<Utc>>,
}

/// A line of what became of a block.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct BlockLine {
    pub at: DateTime<Utc>,
    pub actor: Option<Uuid>,
    pub actor_name: Option<String>,
    pub act: String,
    pub words: Option<String>,
}

/// What holds now, for a process to keep in memory.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Running {
    pub block_id: Uuid,
    pub subject_index: Vec<u8>,
    pub until: DateTime<Utc>,
}

const COLUMNS: &str =
    "select block_id, kind, subject_index, area, reason, blocked_by, blocked_at, until, ended_at from block";

/// Writes a block, and tells every process. `false`: there is one of the same subject already.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.block.insert", skip_all)]
pub async fn insert(conn: &mut PgConnection, row: &BlockRow) -> Result<bool, StoreError> {
    // One that is over by its time makes room.
    sqlx::query(
        "update block set ended_at = until where kind = $1 and subject_index = $2 and ended_at is null and until <= $3",
    )
    .bind(&row.kind)
    .bind(&row.subject_index)
    .bind(row.blocked_at)
    .execute(&mut *conn)
    .await?;
    let done = sqlx::query(
        "insert into block (block_id, kind, subject_index, area, reason, blocked_by, blocked_at, until)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (kind, subject_index) where ended_at is null do nothing",
    )
    .bind(row.block_id)
    .bind(&row.kind)
    .bind(&row.subject_index)
    .bind(&row.area)
    .bind(&row.reason)
    .bind(row.blocked_by)
    .bind(row.blocked_at)
    .bind(row.until)
    .execute(&mut *conn)
    .await?;
    announce(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a block before its time, and tells every process.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.block.end", skip_all)]
pub async fn end(conn: &mut PgConnection, block_id: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("update block set ended_at = $2 where block_id = $1 and ended_at is null and until > $2")
        .bind(block_id)
        .bind(now)
        .execute(&mut *conn)
        .await?;
    announce(conn).await
}

async fn announce(conn: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query("select pg_notify($1, '')").bind(CHANGED).execute(conn).await?;
    Ok(())
}

/// Appends a line to what became of a block; `actor` is absent for whoever is blocked.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.block.log", skip_all)]
pub async fn log(
    conn: &mut PgConnection,
    block_id: Uuid,
    actor: Option<Uuid>,
    act: &'static str,
    words: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("insert into block_log (block_id, at, actor, act, words) values ($1, $2, $3, $4, $5)")
        .bind(block_id)
        .bind(now)
        .bind(actor)
        .bind(act)
        .bind(words)
        .execute(conn)
        .await?;
    Ok(())
}

/// What became of a block, in order.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.block.lines", skip_all)]
pub async fn lines(pool: &PgPool, block_id: Uuid) -> Result<Vec<BlockLine>, StoreError> {
    Ok(sqlx::query_as(
        "select l.at, l.actor, a.display_name as actor_name, l.act, l.words
         from block_log l left join staff_account a on a.staff_id = l.actor where l.block_id = $1 order by l.log_id",
    )
    .bind(block_id)
    .fetch_all(pool)
    .await?)
}

/// The block with this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.block.by_id", skip_all)]
pub async fn by_id(conn: impl PgExecutor<'_>, block_id: Uuid) -> Result<Option<BlockRow>, StoreError> {
    let query = format!("{COLUMNS} where block_id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(block_id).fetch_optional(conn).await?)
}

/// The block with this id, its row locked until the transaction ends.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.block.lock", skip_all)]
pub async fn lock(conn: &mut PgConnection, block_id: Uuid) -> Result<Option<BlockRow>, StoreError> {
    let query = format!("{COLUMNS} where block_id = $1 for update");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(block_id).fetch_optional(conn).await?)
}

/// Blocks of these areas and of those in them, the newest first, from before a moment and id on.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.block.list", skip_all)]
pub async fn list(
    pool: &PgPool,
    areas: &[String],
    before: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<BlockRow>, StoreError> {
    let query = format!(
        "{COLUMNS} b where exists (select from unnest($1::text[]) mine where starts_with(b.area, mine))
           and ($2::timestamptz is null or (b.blocked_at, b.block_id) < ($2, $3))
         order by b.blocked_at desc, b.block_id desc limit $4"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(areas)
        .bind(before.map(|(at, _)| at))
        .bind(before.map(|(_, id)| id))
        .bind(limit)
        .fetch_all(pool)
        .await?)
}

/// Everything that holds at `now`.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.block.running", skip_all)]
pub async fn running(pool: &PgPool, now: DateTime<Utc>) -> Result<Vec<Running>, StoreError> {
    Ok(sqlx::query_as(
        "select block_id, subject_index, until from block where ended_at is null and until > $1",
    )
    .bind(now)
    .fetch_all(pool)
    .await?)
}

/// Listens for changes, on a connection of its own.
///
/// # Errors
/// When the database fails.
pub async fn listen(pool: &PgPool) -> Result<PgListener, StoreError> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANGED).await?;
    Ok(listener)
}
