//! Marks of spam (垃圾信息) on reports.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// Where the case of a report lies.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Marked {
    pub case_number: String,
    /// Keyed hash of the phone that the report came with.
    pub phone_index: Option<Vec<u8>>,
}

/// A mark.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MarkRow {
    pub mark_id: Uuid,
    pub marked_by: Uuid,
    pub marked_by_name: String,
    pub marked_at: DateTime<Utc>,
    pub reason: String,
    pub withdrawn_by_name: Option<String>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawn_reason: Option<String>,
}

/// Somebody whose reports several people have marked.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Proposal {
    /// A report of theirs, by which they can be blocked.
    pub report_id: Uuid,
    pub case_number: String,
    pub reports: i64,
    pub people: i64,
    pub last_marked_at: DateTime<Utc>,
}

/// The case and the phone of a report.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.spam_mark.report", skip_all)]
pub async fn report(pool: &PgPool, report_id: Uuid) -> Result<Option<Marked>, StoreError> {
    Ok(sqlx::query_as(
        "select c.case_number, k.phone_index from report r join cases c on c.case_id = r.case_id
         left join reporter_contact k on k.pseudonym = r.pseudonym where r.report_id = $1",
    )
    .bind(report_id)
    .fetch_optional(pool)
    .await?)
}

/// Marks a report, unless this person's mark stands on it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.spam_mark.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    report_id: Uuid,
    by: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into spam_mark (mark_id, report_id, marked_by, marked_at, reason) values ($1, $2, $3, $4, $5)
         on conflict (report_id, marked_by) where withdrawn_at is null do nothing",
    )
    .bind(Uuid::now_v7())
    .bind(report_id)
    .bind(by)
    .bind(now)
    .bind(reason)
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes back every mark that stands on a report. How many did.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.spam_mark.withdraw", skip_all)]
pub async fn withdraw(
    conn: &mut PgConnection,
    report_id: Uuid,
    by: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "update spam_mark set withdrawn_by = $2, withdrawn_at = $3, withdrawn_reason = $4
         where report_id = $1 and withdrawn_at is null",
    )
    .bind(report_id)
    .bind(by)
    .bind(now)
    .bind(reason)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// All marks that a report has had, in order.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.spam_mark.list", skip_all)]
pub async fn list(conn: impl PgExecutor<'_>, report_id: Uuid) -> Result<Vec<MarkRow>, StoreError> {
    Ok(sqlx::query_as(
        "select m.mark_id, m.marked_by, a.display_name as marked_by_name, m.marked_at, m.reason,
                w.display_name as withdrawn_by_name, m.withdrawn_at, m.withdrawn_reason
         from spam_mark m join staff_account a on a.staff_id = m.marked_by
         left join staff_account w on w.staff_id = m.withdrawn_by
         where m.report_id = $1 order by m.marked_at, m.mark_id",
    )
    .bind(report_id)
    .fetch_all(conn)
    .await?)
}

/// Phones whose reports in these areas were marked after `since` by at least `people` different people, and that are not
/// blocked now, the last marked first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.spam_mark.proposals", skip_all)]
pub async fn proposals(
    pool: &PgPool,
    areas: &[String],
    people: i64,
    since: DateTime<Utc>,
) -> Result<Vec<(Vec<u8>, Proposal)>, StoreError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        phone_index: Vec<u8>,
        #[sqlx(flatten)]
        proposal: Proposal,
    }
    let rows: Vec<Row> = sqlx::query_as(
        "select k.phone_index, (array_agg(r.report_id order by m.marked_at desc))[1] as report_id,
                (array_agg(c.case_number order by m.marked_at desc))[1] as case_number,
                count(distinct r.report_id) as reports, count(distinct m.marked_by) as people,
                max(m.marked_at) as last_marked_at
         from spam_mark m join report r on r.report_id = m.report_id join cases c on c.case_id = r.case_id
         join reporter_contact k on k.pseudonym = r.pseudonym
         where m.withdrawn_at is null and m.marked_at > $2 and k.phone_index is not null
           and exists (select from unnest($1::text[]) mine where starts_with(c.center_code, mine))
         group by k.phone_index having count(distinct m.marked_by) >= $3
         order by last_marked_at desc limit 100",
    )
    .bind(areas)
    .bind(since)
    .bind(people)
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.phone_index, row.proposal)).collect())
}
