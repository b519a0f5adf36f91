//! Which reports are whose: the links between accounts and reports, and what an account reads of its own.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use super::authorship::{AUTHORED, Authored};
use crate::StoreError;
use crate::people::residents::IdentityIndex;
use crate::words::Words;

/// A report in its author's list.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OwnReport {
    pub case_id: i64,
    pub report_id: Uuid,
    pub tracking_code: String,
    pub received_at: DateTime<Utc>,
    pub outcome: String,
    pub category: String,
    pub description: Words,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub case_number: String,
    pub state: String,
    pub center_code: String,
    pub report_count: i32,
    pub due_at: Option<DateTime<Utc>>,
    pub due_kind: Option<String>,
    pub question: Option<String>,
}

/// Links reports that were sent earlier with one of these phones as contact, unless somebody has them already. Returns how
/// many.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident_report.claim", skip_all)]
pub async fn claim_by_phone(
    conn: &mut PgConnection,
    resident_id: Uuid,
    phone_indexes: &[Vec<u8>],
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let claimed = sqlx::query(
        "insert into resident_report (report_id, resident_id, received_at, linked_at, linked_by)
         select r.report_id, $1, r.received_at, $3, 'verifiedContact'
         from reporter_contact k join report r using (pseudonym)
         where k.phone_index = any ($2) and r.split_of is null
         on conflict (report_id) do nothing",
    )
    .bind(resident_id)
    .bind(phone_indexes)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(claimed.rows_affected())
}

/// Links the reports of a pseudonym that was verified to be a resident's, unless somebody has them already.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident_report.claim_by_pseudonym", skip_all)]
pub async fn claim_by_pseudonym(
    conn: &mut PgConnection,
    resident_id: Uuid,
    pseudonym: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into resident_report (report_id, resident_id, received_at, linked_at, linked_by)
         select r.report_id, $1, r.received_at, $3, 'verifiedContact'
         from report r where r.pseudonym = $2 and r.split_of is null
         on conflict (report_id) do nothing",
    )
    .bind(resident_id)
    .bind(pseudonym)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// Links a report to whoever is known by this identity, if anybody is.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident_report.link", skip_all)]
pub async fn link(
    conn: &mut PgConnection,
    report_id: Uuid,
    index: &IdentityIndex,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into resident_report (report_id, resident_id, received_at, linked_at, linked_by)
         select r.report_id, i.resident_id, r.received_at, $4, 'verifiedContact'
         from report r cross join resident_identity i
         where r.report_id = $1 and i.kind = $2 and i.value_index = $3
         on conflict (report_id) do nothing",
    )
    .bind(report_id)
    .bind(index.kind.name())
    .bind(&index.value_index)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// Selects [`OwnReport`]s of the account `$1`; whoever uses it says which.
const OWN: &str = "select r.report_id, r.tracking_code, r.received_at, r.outcome, r.category, r.description, r.withdrawn_at,
            c.case_id, c.case_number, c.state, c.center_code, c.report_count, c.due_at, c.due_kind, c.question
     from resident_report o join report r using (report_id) join cases c using (case_id) where o.resident_id = $1";

/// A page of the reports of an account, the newest first; those that come behind `after`.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident_report.page", skip_all)]
pub async fn page(
    pool: &PgPool,
    resident_id: Uuid,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<OwnReport>, StoreError> {
    let (after_at, after_id) = after.unzip();
    let statement = format!(
        "{OWN} and ($2::timestamptz is null or (o.received_at, o.report_id) < ($2, $3))
         order by o.received_at desc, o.report_id desc limit $4"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(resident_id)
        .bind(after_at)
        .bind(after_id)
        .bind(limit)
        .fetch_all(pool)
        .await?)
}

/// The reports of an account that follow these cases, the newest first, and `limit` of them at most.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident_report.of_cases", skip_all)]
pub async fn of_cases(
    pool: &PgPool,
    resident_id: Uuid,
    case_ids: &[i64],
    limit: i64,
) -> Result<Vec<OwnReport>, StoreError> {
    let statement =
        format!("{OWN} and r.case_id = any ($2) order by o.received_at desc, o.report_id desc limit $3");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(resident_id)
        .bind(case_ids)
        .bind(limit)
        .fetch_all(pool)
        .await?)
}

/// The cases that the last `limit` reports of an account follow.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident_report.cases", skip_all)]
pub async fn cases(pool: &PgPool, resident_id: Uuid, limit: i64) -> Result<Vec<i64>, StoreError> {
    Ok(sqlx::query_scalar(
        "select r.case_id from resident_report o join report r using (report_id) where o.resident_id = $1
         order by o.received_at desc, o.report_id desc limit $2",
    )
    .bind(resident_id)
    .bind(limit)
    .fetch_all(pool)
    .await?)
}

/// The report with this tracking code, if it or the report that it is a part of is this resident's.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident_report.by_code", skip_all)]
pub async fn by_code(
    pool: &PgPool,
    resident_id: Uuid,
    tracking_code: &str,
) -> Result<Option<Authored>, StoreError> {
    let statement = format!(
        "{AUTHORED} join resident_report o on o.report_id = coalesce(r.split_of, r.report_id)
         where r.tracking_code = $2 and o.resident_id = $1"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(resident_id)
        .bind(tracking_code)
        .fetch_optional(pool)
        .await?)
}

/// The resident's first report that follows this case and was not taken back.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident_report.in_case", skip_all)]
pub async fn in_case(pool: &PgPool, resident_id: Uuid, case_id: i64) -> Result<Option<Authored>, StoreError> {
    let statement = format!(
        "{AUTHORED} join resident_report o on o.report_id = coalesce(r.split_of, r.report_id)
         where r.case_id = $2 and o.resident_id = $1 and r.withdrawn_at is null
         order by r.receipt_number limit 1"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(resident_id)
        .bind(case_id)
        .fetch_optional(pool)
        .await?)
}

/// All reports that are linked to an account.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident_report.ids", skip_all)]
pub async fn ids(conn: &mut PgConnection, resident_id: Uuid) -> Result<Vec<Uuid>, StoreError> {
    Ok(sqlx::query_scalar("select report_id from resident_report where resident_id = $1 order by report_id")
        .bind(resident_id)
        .fetch_all(conn)
        .await?)
}
