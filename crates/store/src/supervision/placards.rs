//! Placards: hung, told of when their deadline has passed, lifted.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::error::broken_constraint;
use crate::words::Words;

/// A placard as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PlacardRow {
    pub placard_id: Uuid,
    pub area: String,
    pub period: String,
    pub segment_code: Option<String>,
    pub segment_name: Option<String>,
    pub case_id: Option<i64>,
    /// Number of that case.
    pub case_number: Option<String>,
    /// The segment that it lies on, of a case too.
    pub on_segment: Option<String>,
    pub center_code: String,
    pub reason: Words,
    pub since: DateTime<Utc>,
    pub deadline: DateTime<Utc>,
    pub hung_by: Uuid,
    pub hung_at: DateTime<Utc>,
    pub told_overdue_at: Option<DateTime<Utc>>,
    pub lifted_at: Option<DateTime<Utc>>,
    pub lifted_reason: Option<Words>,
    /// Number of the case that passed inspection.
    pub inspected_case: Option<String>,
    pub photos: Vec<Uuid>,
}

/// What was hung already when somebody wants to hang a placard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hung {
    Written,
    /// One has this id.
    Known,
    /// One hangs there.
    OnSegment,
    OnCase,
}

const COLUMNS: &str = "select p.placard_id, p.area, p.period, p.segment_code, p.segment_name, p.case_id, c.case_number,
        coalesce(p.segment_code, c.segment_code) as on_segment, p.center_code, p.reason, p.since, p.deadline, p.hung_by,
        p.hung_at, p.told_overdue_at, p.lifted_at, p.lifted_reason,
        (select i.case_number from cases i where i.case_id = p.inspected_case) as inspected_case,
        array(select photo_id from photo where photo.placard_id = p.placard_id order by photo_id) as photos
    from placard p left join cases c using (case_id)";

/// Hangs a placard, unless one hangs there.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.placard.hang", skip_all)]
pub async fn hang(conn: &mut PgConnection, row: &PlacardRow) -> Result<Hung, StoreError> {
    let done = sqlx::query(
        "insert into placard (placard_id, area, period, segment_code, segment_name, case_id, center_code, reason, since,
             deadline, hung_by, hung_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (placard_id) do nothing",
    )
    .bind(row.placard_id)
    .bind(&row.area)
    .bind(&row.period)
    .bind(&row.segment_code)
    .bind(&row.segment_name)
    .bind(row.case_id)
    .bind(&row.center_code)
    .bind(&row.reason)
    .bind(row.since)
    .bind(row.deadline)
    .bind(row.hung_by)
    .bind(row.hung_at)
    .execute(conn)
    .await;
    match done {
        Ok(done) if done.rows_affected() == 0 => Ok(Hung::Known),
        Ok(_) => Ok(Hung::Written),
        Err(error) => match broken_constraint(&error) {
            Some("placard_on_segment") => Ok(Hung::OnSegment),
            Some("placard_on_case") => Ok(Hung::OnCase),
            _ => Err(error.into()),
        },
    }
}

/// The placard with this id, its row locked until the transaction ends.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.placard.lock", skip_all)]
pub async fn lock(conn: &mut PgConnection, placard_id: Uuid) -> Result<Option<PlacardRow>, StoreError> {
    let query = format!("{COLUMNS} where p.placard_id = $1 for update of p");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(placard_id).fetch_optional(conn).await?)
}

/// The placard with this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.placard.by_id", skip_all)]
pub async fn by_id(conn: &mut PgConnection, placard_id: Uuid) -> Result<Option<PlacardRow>, StoreError> {
    let query = format!("{COLUMNS} where p.placard_id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(placard_id).fetch_optional(conn).await?)
}

/// Lifts a locked placard.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.placard.lift", skip_all)]
pub async fn lift(
    conn: &mut PgConnection,
    placard_id: Uuid,
    staff_id: Uuid,
    reason: &str,
    inspected_case: Option<i64>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update placard set lifted_at = $5, lifted_by = $2, lifted_reason = $3, inspected_case = $4
         where placard_id = $1 and lifted_at is null",
    )
    .bind(placard_id)
    .bind(staff_id)
    .bind(reason)
    .bind(inspected_case)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that it was told that the deadline has passed.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.placard.told", skip_all)]
pub async fn told(conn: &mut PgConnection, placard_id: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("update placard set told_overdue_at = $2 where placard_id = $1")
        .bind(placard_id)
        .bind(now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Placards in areas whose codes begin like one of `areas`, or on one of `segments`, the newest first. `lifted` and `late`
/// of `None` are all.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.placard.list", skip_all)]
pub async fn list(
    pool: &PgPool,
    areas: &[String],
    segments: &[String],
    lifted: Option<bool>,
    late: Option<bool>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<PlacardRow>, StoreError> {
    let query = format!(
        "{COLUMNS} where (exists (select from unnest($1::text[]) area where starts_with(p.center_code, area))
             or p.segment_code = any ($2))
           and ($3::bool is null or (p.lifted_at is not null) = $3) and ($4::bool is null or (p.deadline < $5) = $4)
         order by p.since desc, p.placard_id limit $6"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(areas)
        .bind(segments)
        .bind(lifted)
        .bind(late)
        .bind(now)
        .bind(limit)
        .fetch_all(pool)
        .await?)
}

/// A placard that concerns a case, which need not be the one it hangs on.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Concerning {
    pub concerned: i64,
    #[sqlx(flatten)]
    pub placard: PlacardRow,
}

/// The placard that concerns each of these cases: the newest on itself or on one that was merged into it, a hanging one
/// first; else the one that hangs on its segment.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.placard.of_cases", skip_all)]
pub async fn of_cases(pool: &PgPool, case_ids: &[i64]) -> Result<Vec<Concerning>, StoreError> {
    let query = format!(
        "with recursive own (asked, id) as (
             select a, a from unnest($1::bigint[]) a
             union all select own.asked, m.case_id from own join cases m on m.merged_into = own.id)
         select asked.case_id as concerned, it.* from cases asked cross join lateral (
             {COLUMNS} where p.case_id in (select id from own where own.asked = asked.case_id)
                 or (p.segment_code = asked.segment_code and p.lifted_at is null)
             order by p.case_id is null, p.lifted_at is not null, p.since desc limit 1) it
         where asked.case_id = any ($1)"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(case_ids).fetch_all(pool).await?)
}

/// Code, since and deadline of a segment on which a placard hangs.
pub type PlacardedSegment = (String, DateTime<Utc>, DateTime<Utc>);

/// Every segment on which a placard hangs: what everybody may know.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.placard.on_segments", skip_all)]
pub async fn on_segments(pool: &PgPool) -> Result<Vec<PlacardedSegment>, StoreError> {
    Ok(sqlx::query_as(
        "select segment_code, since, deadline from placard where lifted_at is null and segment_code is not null",
    )
    .fetch_all(pool)
    .await?)
}

/// Whether a case passed inspection after `since`, and where it lies: its id and segment.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.placard.inspected", skip_all)]
pub async fn inspected(
    conn: &mut PgConnection,
    number: &str,
    since: DateTime<Utc>,
) -> Result<Option<(i64, Option<String>)>, StoreError> {
    Ok(sqlx::query_as(
        "select c.case_id, c.segment_code from cases c where c.case_number = $1 and exists (
             select from case_log l where l.case_id = c.case_id and l.act = 'pass' and l.at > $2)",
    )
    .bind(number)
    .bind(since)
    .fetch_optional(conn)
    .await?)
}

/// The last case of the chain of merges that a case was merged into.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.placard.last_of_chain", skip_all)]
pub async fn last_of_chain(conn: &mut PgConnection, case_id: i64) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("select last_of_chain($1)").bind(case_id).fetch_one(conn).await?)
}
