//! Filed records: what plans want to be written down besides cases. None is ever changed; one that is wrong is struck out.

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::record::Filed;
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor, PgPool, Postgres, QueryBuilder};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::words::{Said, Words};

/// A record to be written.
#[derive(Debug, Clone)]
pub struct RecordRow {
    pub record_id: Uuid,
    /// Code of its kind.
    pub kind: String,
    /// What it is about, and the codes of that; of people the ids of their accounts.
    pub about: String,
    pub codes: Vec<String>,
    pub held_on: NaiveDate,
    pub matter: Option<String>,
    pub step: Option<i32>,
    pub fields: Json<Value>,
    /// Points of a sheet in tenths, by item, and their sum.
    pub scores: Json<Value>,
    pub total: Option<i64>,
    pub attendees: Json<Value>,
    /// Codes of the areas that it is seen from.
    pub seen_from: Vec<String>,
    /// All of the staff read it.
    pub is_open: bool,
    pub rulebook_version_id: i64,
    /// Hash of the body that it was sent in.
    pub body_hash: Vec<u8>,
    pub filed_by: Uuid,
}

/// A record as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RecordView {
    /// Its place in the order of filing.
    pub n: i64,
    pub record_id: Uuid,
    pub kind: String,
    pub about: String,
    pub codes: Vec<String>,
    pub held_on: NaiveDate,
    pub matter: Option<String>,
    pub fields: Said,
    pub scores: Json<std::collections::BTreeMap<String, i64>>,
    pub total: Option<i64>,
    pub attendees: Json<std::collections::BTreeMap<String, u32>>,
    pub seen_from: Vec<String>,
    pub is_open: bool,
    pub rulebook_version_id: i64,
    pub body_hash: Vec<u8>,
    pub filed_by: Uuid,
    pub filed_by_name: String,
    pub filed_at: DateTime<Utc>,
    pub struck_at: Option<DateTime<Utc>>,
    pub struck_by: Option<Uuid>,
    pub struck_by_name: Option<String>,
    pub struck_because: Option<Words>,
}

/// What somebody may read: what is seen from their areas, what is about their units or about themself, what they filed, and
/// what is open to all.
#[derive(Debug, Clone)]
pub struct Sight {
    pub areas: Vec<String>,
    pub units: Vec<String>,
    pub person: Uuid,
}

/// Which records to list, newest first.
#[derive(Debug, Clone)]
pub struct Filter<'a> {
    pub sight: &'a Sight,
    pub kind: Option<&'a str>,
    /// Code of what they are about.
    pub about: Option<&'a str>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// Those that were struck out too.
    pub struck: bool,
    /// Only those filed before this one.
    pub before: Option<i64>,
    pub limit: i64,
}

const COLUMNS: &str = "select r.n, r.record_id, r.kind, r.about, r.codes, r.held_on, r.matter, r.fields, r.scores, r.total,
    r.attendees, r.seen_from, r.is_open, r.rulebook_version_id, r.body_hash, r.filed_by, f.display_name as filed_by_name,
    r.filed_at, r.struck_at, r.struck_by, s.display_name as struck_by_name, r.struck_because
    from filed_record r join staff_account f on f.staff_id = r.filed_by
    left join staff_account s on s.staff_id = r.struck_by";

/// Writes a record; `false` when its id is taken.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.record.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    row: &RecordRow,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "insert into filed_record (record_id, kind, about, codes, held_on, matter, step, fields, scores, total, attendees,
             seen_from, is_open, rulebook_version_id, body_hash, filed_by, filed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         on conflict (record_id) do nothing",
    )
    .bind(row.record_id)
    .bind(&row.kind)
    .bind(&row.about)
    .bind(&row.codes)
    .bind(row.held_on)
    .bind(&row.matter)
    .bind(row.step)
    .bind(&row.fields)
    .bind(&row.scores)
    .bind(row.total)
    .bind(&row.attendees)
    .bind(&row.seen_from)
    .bind(row.is_open)
    .bind(row.rulebook_version_id)
    .bind(&row.body_hash)
    .bind(row.filed_by)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The record with this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.record.by_id", skip_all)]
pub async fn by_id(conn: impl PgExecutor<'_>, record_id: Uuid) -> Result<Option<RecordView>, StoreError> {
    let query = format!("{COLUMNS} where r.record_id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(record_id).fetch_optional(conn).await?)
}

/// The record with this id if it may be read.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.record.visible", skip_all)]
pub async fn visible(
    conn: impl PgExecutor<'_>,
    record_id: Uuid,
    sight: &Sight,
) -> Result<Option<RecordView>, StoreError> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(" where r.record_id = ").push_bind(record_id);
    reach(&mut query, sight);
    Ok(query.build_query_as().fetch_optional(conn).await?)
}

/// Takes the lock of a matter until the transaction ends, and returns the highest step taken in it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.record.highest_step", skip_all)]
pub async fn highest_step(conn: &mut PgConnection, row: &RecordRow) -> Result<Option<i32>, StoreError> {
    let matter = row.matter.as_deref().unwrap_or_default();
    sqlx::query("select pg_advisory_xact_lock(2, hashtext($1))")
        .bind([row.kind.as_str(), &row.codes.join(","), matter].join("/"))
        .execute(&mut *conn)
        .await?;
    Ok(sqlx::query_scalar(
        "select max(step) from filed_record
         where kind = $1 and about = $2 and codes = $3 and matter = $4 and struck_at is null",
    )
    .bind(&row.kind)
    .bind(&row.about)
    .bind(&row.codes)
    .bind(matter)
    .fetch_one(conn)
    .await?)
}

/// Strikes a record out, unless it was struck out before.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.record.strike", skip_all)]
pub async fn strike(
    pool: &PgPool,
    record_id: Uuid,
    by: Uuid,
    because: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update filed_record set struck_at = $2, struck_by = $3, struck_because = $4
         where record_id = $1 and struck_at is null",
    )
    .bind(record_id)
    .bind(now)
    .bind(by)
    .bind(because)
    .execute(pool)
    .await?;
    Ok(())
}

/// The records that are asked for.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.record.list", skip_all)]
pub async fn list(pool: &PgPool, filter: &Filter<'_>) -> Result<Vec<RecordView>, StoreError> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(" where true");
    reach(&mut query, filter.sight);
    if let Some(kind) = filter.kind {
        query.push(" and r.kind = ").push_bind(kind);
    }
    if let Some(about) = filter.about {
        query.push(" and r.codes @> ").push_bind(vec![about]);
    }
    if let Some(from) = filter.from {
        query.push(" and r.held_on >= ").push_bind(from);
    }
    if let Some(to) = filter.to {
        query.push(" and r.held_on <= ").push_bind(to);
    }
    if !filter.struck {
        query.push(" and r.struck_at is null");
    }
    if let Some(before) = filter.before {
        query.push(" and r.n < ").push_bind(before);
    }
    query.push(" order by r.n desc limit ").push_bind(filter.limit);
    Ok(query.build_query_as().fetch_all(pool).await?)
}

/// Narrows a query down to what may be read.
fn reach(query: &mut QueryBuilder<Postgres>, sight: &Sight) {
    query.push(" and (r.seen_from && ").push_bind(sight.areas.clone());
    query.push(" or r.about = 'unit' and r.codes && ").push_bind(sight.units.clone());
    query.push(" or r.about = 'person' and r.codes @> ").push_bind(vec![sight.person.to_string()]);
    query.push(" or r.filed_by = ").push_bind(sight.person);
    query.push(" or r.is_open)");
}

/// The records of a kind whose days lie between these two, as they count for each of their subjects. With `sum` each counts
/// as much as that field says, else once.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.record.filed", skip_all)]
pub async fn filed(
    pool: &PgPool,
    kind: &str,
    first: NaiveDate,
    last: NaiveDate,
    sum: Option<&str>,
) -> Result<Vec<Filed>, StoreError> {
    let rows: Vec<(String, NaiveDate, DateTime<Utc>, i64)> = sqlx::query_as(
        "select subject, held_on, filed_at,
                case when $4::text is null then 1 else coalesce((fields ->> $4)::bigint, 0) end
         from filed_record cross join unnest(codes) subject
         where kind = $1 and held_on between $2 and $3 and struck_at is null",
    )
    .bind(kind)
    .bind(first)
    .bind(last)
    .bind(sum)
    .fetch_all(pool)
    .await?;
    let filed = |(subject, on, filed_at, amount)| Filed { subject, on, filed_at, amount };
    Ok(rows.into_iter().map(filed).collect())
}
