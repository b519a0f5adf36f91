//! Patrols as they are read: one, or a page of them, the latest first.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::words::Words;

/// A patrol with who walked it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PatrolView {
    pub patrol_id: Uuid,
    pub recorded_by: Uuid,
    /// The author's name.
    pub author: String,
    pub recorded_at: DateTime<Utc>,
    pub areas: Vec<String>,
    pub reach: Vec<String>,
    pub began_at: DateTime<Utc>,
    pub ended_at: DateTime<Utc>,
    pub track: Option<Json<Vec<[f64; 2]>>>,
    pub words: Option<Words>,
    pub case_numbers: Vec<String>,
    pub struck_at: Option<DateTime<Utc>>,
    pub struck_by: Option<String>,
    pub strike_reason: Option<Words>,
    pub parts: Json<Vec<PartView>>,
}

/// Somebody in a post, for an area.
#[derive(Debug, Clone, Deserialize)]
pub struct PartView {
    pub staff_id: Uuid,
    pub name: String,
    pub post: String,
    pub area: String,
}

/// Which patrols are wanted.
#[derive(Debug, Clone)]
pub struct Filter<'a> {
    /// Only those that were in one of these areas, or that this account took part in.
    pub areas: &'a [String],
    pub own: Uuid,
    /// Only those that were in this area or, of a road, in one of these.
    pub within: Option<&'a [String]>,
    /// Begun at or after, and before.
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// Name of an account that took part.
    pub person: Option<&'a str>,
    /// Those that come behind this one.
    pub after: Option<(DateTime<Utc>, Uuid)>,
    pub limit: i64,
}

const COLUMNS: &str = "p.patrol_id, p.recorded_by, a.display_name as author, p.recorded_at, p.areas, p.reach, p.began_at, p.ended_at, p.track,
    p.words, p.case_numbers, p.struck_at, s.display_name as struck_by, p.strike_reason,
    (select coalesce(jsonb_agg(jsonb_build_object('staff_id', q.staff_id, 'name', w.display_name, 'post', q.post,
                               'area', q.area) order by w.display_name, q.post, q.area), '[]')
     from patrol_part q join staff_account w using (staff_id) where q.patrol_id = p.patrol_id) as parts
    from patrol p join staff_account a on a.staff_id = p.recorded_by
    left join staff_account s on s.staff_id = p.struck_by";

/// The patrol with this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.patrol.by_id", skip_all)]
pub async fn by_id(conn: &mut PgConnection, patrol_id: Uuid) -> Result<Option<PatrolView>, StoreError> {
    let statement = format!("select {COLUMNS} where p.patrol_id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement)).bind(patrol_id).fetch_optional(conn).await?)
}

/// A page of patrols, the latest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.patrol.list", skip_all)]
pub async fn page(pool: &PgPool, filter: &Filter<'_>) -> Result<Vec<PatrolView>, StoreError> {
    let statement = format!(
        "select {COLUMNS}
         where p.began_at >= $1 and p.began_at < $2
           and (p.reach && $3 or exists (select from patrol_part q where q.patrol_id = p.patrol_id and q.staff_id = $4))
           and ($5::text[] is null or p.reach && $5)
           and ($6::text is null or exists (
               select from patrol_part q join staff_account w using (staff_id)
               where q.patrol_id = p.patrol_id and w.username = $6))
           and ($7::timestamptz is null or (p.began_at, p.patrol_id) < ($7, $8))
         order by p.began_at desc, p.patrol_id desc limit $9"
    );
    let (after_at, after_id) = filter.after.unzip();
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(filter.from)
        .bind(filter.until)
        .bind(filter.areas)
        .bind(filter.own)
        .bind(filter.within)
        .bind(filter.person)
        .bind(after_at)
        .bind(after_id)
        .bind(filter.limit)
        .fetch_all(pool)
        .await?)
}
