//! Circulars: what may go into one, what went into the one before, and the frozen ones.

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::circular::CircularRules;
use sqlx::PgConnection;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::words::Words;

/// A case as a circular names it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CandidateRow {
    pub case_id: i64,
    pub case_number: String,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub category: String,
    pub address: Option<Words>,
    pub due_at: Option<DateTime<Utc>>,
}

/// A problem of the circular before, with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NotifiedRow {
    /// The case that holds it now, also after a merge.
    pub case_id: i64,
    pub segment_code: Option<String>,
    pub category: String,
    pub times: i32,
    pub closed_since: bool,
}

/// A circular.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct CircularRow {
    pub circular_id: Uuid,
    pub area: String,
    pub period: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub rules: Json<CircularRules>,
    pub words: Option<Words>,
    pub addressees: Vec<String>,
    pub drawn_up: bool,
    pub letter_id: Uuid,
    pub issued_by: Uuid,
    pub issued_at: DateTime<Utc>,
}

/// A problem in a circular, as it was then.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ItemRow {
    pub case_id: i64,
    pub case_number: String,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub category: String,
    pub address: Option<Words>,
    pub due_at: Option<DateTime<Utc>>,
    pub times: i32,
    /// Hundredths of a point.
    pub deduction: i32,
}

/// A circular in a list.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CircularLine {
    pub circular_id: Uuid,
    pub area: String,
    pub period: String,
    pub issued_at: DateTime<Utc>,
    pub items: i64,
    /// Hundredths of a point.
    pub deduction: i64,
}

const COLUMNS: &str =
    "select circular_id, area, period, first_day, last_day, rules, words, addressees, drawn_up, letter_id,
    issued_by, issued_at from circular";

/// Open cases of an area whose deadline passed before `before`, by center and longest overdue first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.circular.overdue", skip_all)]
pub async fn overdue(
    conn: &mut PgConnection,
    area: &str,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<CandidateRow>, StoreError> {
    Ok(sqlx::query_as(
        "select case_id, case_number, center_code, segment_code, category, address, due_at from cases
         where takes_reports and due_at < $2 and starts_with(center_code, $1)
         order by center_code, due_at, case_id limit $3",
    )
    .bind(area)
    .bind(before)
    .bind(limit)
    .fetch_all(conn)
    .await?)
}

/// The cases with these numbers, those that are open.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.circular.chosen", skip_all)]
pub async fn chosen(conn: &mut PgConnection, numbers: &[String]) -> Result<Vec<CandidateRow>, StoreError> {
    Ok(sqlx::query_as(
        "select case_id, case_number, center_code, segment_code, category, address, due_at from cases
         where case_number = any ($1) and takes_reports",
    )
    .bind(numbers)
    .fetch_all(conn)
    .await?)
}

/// Lets nobody else issue a circular until the transaction ends: the next one counts on from it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.circular.lock", skip_all)]
pub async fn lock(conn: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query("lock table circular in share row exclusive mode").execute(conn).await?;
    Ok(())
}

/// The problems of the circular of `period`, with what became of them since it was issued; none where there was no such
/// circular.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.circular.notified", skip_all)]
pub async fn notified(
    conn: &mut PgConnection,
    area: &str,
    period: &str,
) -> Result<Vec<NotifiedRow>, StoreError> {
    Ok(sqlx::query_as(
        "select last_of_chain(i.case_id) as case_id, i.segment_code, i.category, i.times, exists (
             select from case_log l where l.case_id in (i.case_id, last_of_chain(i.case_id)) and l.at > c.issued_at
               and l.to_state in ('closed', 'forceClosed', 'rejected', 'voided')) as closed_since
         from circular c join circular_item i using (circular_id) where c.area = $1 and c.period = $2 order by i.position",
    )
    .bind(area)
    .bind(period)
    .fetch_all(conn)
    .await?)
}

/// The circular of a period.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.circular.of_period", skip_all)]
pub async fn of_period(
    conn: &mut PgConnection,
    area: &str,
    period: &str,
) -> Result<Option<CircularRow>, StoreError> {
    let query = format!("{COLUMNS} where area = $1 and period = $2");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(area).bind(period).fetch_optional(conn).await?)
}

/// The first day of the last period that a circular was issued for.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.circular.last", skip_all)]
pub async fn last(conn: &mut PgConnection, area: &str) -> Result<Option<NaiveDate>, StoreError> {
    Ok(sqlx::query_scalar("select max(first_day) from circular where area = $1")
        .bind(area)
        .fetch_one(conn)
        .await?)
}

/// Freezes a circular with its problems, in their order. Its message is there already.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.circular.insert", skip_all)]
pub async fn insert(conn: &mut PgConnection, row: &CircularRow, items: &[ItemRow]) -> Result<(), StoreError> {
    sqlx::query(
        "insert into circular (circular_id, area, period, first_day, last_day, rules, words, addressees, drawn_up,
             letter_id, issued_by, issued_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(row.circular_id)
    .bind(&row.area)
    .bind(&row.period)
    .bind(row.first_day)
    .bind(row.last_day)
    .bind(&row.rules)
    .bind(&row.words)
    .bind(&row.addressees)
    .bind(row.drawn_up)
    .bind(row.letter_id)
    .bind(row.issued_by)
    .bind(row.issued_at)
    .execute(&mut *conn)
    .await?;
    let cases: Vec<i64> = items.iter().map(|item| item.case_id).collect();
    let centers: Vec<&str> = items.iter().map(|item| item.center_code.as_str()).collect();
    let segments: Vec<Option<&str>> = items.iter().map(|item| item.segment_code.as_deref()).collect();
    let categories: Vec<&str> = items.iter().map(|item| item.category.as_str()).collect();
    let addresses: Vec<Option<&str>> =
        items.iter().map(|item| item.address.as_ref().map(Words::for_rules)).collect();
    let dues: Vec<Option<DateTime<Utc>>> = items.iter().map(|item| item.due_at).collect();
    let times: Vec<i32> = items.iter().map(|item| item.times).collect();
    let deductions: Vec<i32> = items.iter().map(|item| item.deduction).collect();
    sqlx::query(
        "insert into circular_item (circular_id, position, case_id, center_code, segment_code, category, address, due_at, times, deduction)
         select $1, position, case_id, center, segment, category, address, due, times, deduction
         from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::int[], $9::int[])
             with ordinality i (case_id, center, segment, category, address, due, times, deduction, position)",
    )
    .bind(row.circular_id)
    .bind(cases)
    .bind(centers)
    .bind(segments)
    .bind(categories)
    .bind(addresses)
    .bind(dues)
    .bind(times)
    .bind(deductions)
    .execute(conn)
    .await?;
    Ok(())
}

/// The circular with this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.circular.by_id", skip_all)]
pub async fn by_id(conn: &mut PgConnection, circular_id: Uuid) -> Result<Option<CircularRow>, StoreError> {
    let query = format!("{COLUMNS} where circular_id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(circular_id).fetch_optional(conn).await?)
}

/// Its problems, in their order.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.circular.items", skip_all)]
pub async fn items(conn: &mut PgConnection, circular_id: Uuid) -> Result<Vec<ItemRow>, StoreError> {
    Ok(sqlx::query_as(
        "select i.case_id, c.case_number, i.center_code, i.segment_code, i.category, i.address, i.due_at, i.times, i.deduction
         from circular_item i join cases c using (case_id) where i.circular_id = $1 order by i.position",
    )
    .bind(circular_id)
    .fetch_all(conn)
    .await?)
}

/// The newest circulars, those of a period's days where some are named.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.circular.list", skip_all)]
pub async fn list(
    conn: &mut PgConnection,
    days: Option<(NaiveDate, NaiveDate)>,
    limit: i64,
) -> Result<Vec<CircularLine>, StoreError> {
    let (first, last) = days.unzip();
    Ok(sqlx::query_as(
        "select c.circular_id, c.area, c.period, c.issued_at, count(i.case_id) as items,
                coalesce(sum(i.deduction), 0) as deduction
         from circular c left join circular_item i using (circular_id)
         where ($1::date is null or c.first_day >= $1) and ($2::date is null or c.last_day <= $2)
         group by c.circular_id order by c.first_day desc, c.area limit $3",
    )
    .bind(first)
    .bind(last)
    .bind(limit)
    .fetch_all(conn)
    .await?)
}

/// What the circulars of whole periods between two days deduct from each center, in hundredths of a point.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.circular.deductions", skip_all)]
pub async fn deductions(
    conn: &mut PgConnection,
    first_day: NaiveDate,
    last_day: NaiveDate,
) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(sqlx::query_as(
        "select i.center_code, sum(i.deduction) from circular c join circular_item i using (circular_id)
         where c.first_day >= $1 and c.last_day <= $2 group by i.center_code order by i.center_code",
    )
    .bind(first_day)
    .bind(last_day)
    .fetch_all(conn)
    .await?)
}
