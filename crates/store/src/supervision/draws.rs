//! Draws of roads by lot.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// A draw, with all that it takes to draw again.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct DrawRow {
    pub draw_id: Uuid,
    pub area: String,
    pub purpose: String,
    pub period: String,
    pub algorithm: String,
    pub seed: Vec<u8>,
    /// Which roads were in the list.
    pub among: Json<Value>,
    /// The whole list, sorted, with the names of the roads.
    pub roads: Vec<String>,
    pub road_names: Vec<String>,
    pub list_hash: Vec<u8>,
    pub count: i32,
    pub drawn: Vec<String>,
    pub drawn_by: Uuid,
    pub drawn_at: DateTime<Utc>,
}

const COLUMNS: &str =
    "select draw_id, area, purpose, period, algorithm, seed, among, roads, road_names, list_hash, count,
    drawn, drawn_by, drawn_at from road_draw";

/// Writes a draw, unless there is one for the purpose and period. `false`: there is.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.draw.insert", skip_all)]
pub async fn insert(conn: &mut PgConnection, row: &DrawRow) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "insert into road_draw (draw_id, area, purpose, period, algorithm, seed, among, roads, road_names, list_hash, count,
             drawn, drawn_by, drawn_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict on constraint road_draw_once do nothing",
    )
    .bind(row.draw_id)
    .bind(&row.area)
    .bind(&row.purpose)
    .bind(&row.period)
    .bind(&row.algorithm)
    .bind(&row.seed)
    .bind(&row.among)
    .bind(&row.roads)
    .bind(&row.road_names)
    .bind(&row.list_hash)
    .bind(row.count)
    .bind(&row.drawn)
    .bind(row.drawn_by)
    .bind(row.drawn_at)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The draw with this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.draw.by_id", skip_all)]
pub async fn by_id(pool: &PgPool, draw_id: Uuid) -> Result<Option<DrawRow>, StoreError> {
    let query = format!("{COLUMNS} where draw_id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(draw_id).fetch_optional(pool).await?)
}

/// The newest draws.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.draw.list", skip_all)]
pub async fn list(pool: &PgPool, limit: i64) -> Result<Vec<DrawRow>, StoreError> {
    let query = format!("{COLUMNS} order by drawn_at desc, draw_id limit $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(limit).fetch_all(pool).await?)
}
