//! One patrol: written down once, struck out at most once.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// A patrol to be written down.
#[derive(Debug, Clone)]
pub struct PatrolRow<'a> {
    pub patrol_id: Uuid,
    pub body_hash: [u8; 32],
    pub recorded_by: Uuid,
    pub areas: &'a [String],
    /// The areas with everything that they are a part of.
    pub reach: &'a [String],
    pub began_at: DateTime<Utc>,
    pub ended_at: DateTime<Utc>,
    /// The day that it counts for.
    pub day: NaiveDate,
    /// Longitude and latitude, WGS-84.
    pub track: Option<Vec<[f64; 2]>>,
    pub words: Option<&'a str>,
    pub case_numbers: &'a [String],
    pub parts: Vec<PartRow>,
}

/// Somebody in a post, for an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRow {
    pub staff_id: Uuid,
    pub post: String,
    pub area: String,
}

/// What became of writing it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    Now,
    /// The same was written down before, by the same person.
    Before,
    /// Something else has this id.
    Otherwise,
}

/// Whether something has this id already, and if so whether it is the same.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.patrol.known", skip_all)]
pub async fn known(
    conn: &mut PgConnection,
    patrol_id: Uuid,
    recorded_by: Uuid,
    body_hash: [u8; 32],
) -> Result<Option<Written>, StoreError> {
    let stored: Option<(Uuid, Vec<u8>)> =
        sqlx::query_as("select recorded_by, body_hash from patrol where patrol_id = $1")
            .bind(patrol_id)
            .fetch_optional(conn)
            .await?;
    Ok(stored.map(
        |(by, hash)| {
            if by == recorded_by && hash == body_hash { Written::Before } else { Written::Otherwise }
        },
    ))
}

/// Writes a patrol down with what it counts for, unless something has its id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.patrol.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    row: &PatrolRow<'_>,
    now: DateTime<Utc>,
) -> Result<Written, StoreError> {
    let inserted = sqlx::query(
        "insert into patrol (patrol_id, body_hash, recorded_by, recorded_at, areas, reach, began_at, ended_at, track, words,
             case_numbers)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (patrol_id) do nothing",
    )
    .bind(row.patrol_id)
    .bind(row.body_hash.as_slice())
    .bind(row.recorded_by)
    .bind(now)
    .bind(row.areas)
    .bind(row.reach)
    .bind(row.began_at)
    .bind(row.ended_at)
    .bind(row.track.as_ref().map(Json))
    .bind(row.words)
    .bind(row.case_numbers)
    .execute(&mut *conn)
    .await?;
    if inserted.rows_affected() == 0 {
        let known = known(conn, row.patrol_id, row.recorded_by, row.body_hash).await?;
        return known.ok_or(StoreError::Inconsistent("a patrol that is there and is not"));
    }
    let people: Vec<Uuid> = row.parts.iter().map(|part| part.staff_id).collect();
    let posts: Vec<&str> = row.parts.iter().map(|part| part.post.as_str()).collect();
    let areas: Vec<&str> = row.parts.iter().map(|part| part.area.as_str()).collect();
    sqlx::query(
        "insert into patrol_part (patrol_id, day, staff_id, post, area)
         select $1, $2, * from unnest($3::uuid[], $4::text[], $5::text[])",
    )
    .bind(row.patrol_id)
    .bind(row.day)
    .bind(people)
    .bind(posts)
    .bind(areas)
    .execute(conn)
    .await?;
    Ok(Written::Now)
}

/// Strikes a patrol out, unless it was before: it is kept and counts no more.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.patrol.strike", skip_all)]
pub async fn strike(
    conn: &mut PgConnection,
    patrol_id: Uuid,
    by: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let struck = sqlx::query(
        "update patrol set struck_at = $2, struck_by = $3, strike_reason = $4
         where patrol_id = $1 and struck_at is null",
    )
    .bind(patrol_id)
    .bind(now)
    .bind(by)
    .bind(reason)
    .execute(&mut *conn)
    .await?;
    if struck.rows_affected() == 1 {
        sqlx::query("update patrol_part set counts = false where patrol_id = $1")
            .bind(patrol_id)
            .execute(conn)
            .await?;
    }
    Ok(())
}
