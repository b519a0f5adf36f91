//! Erasing what people wrote. The log keeps who did what when, and that something was erased; its chain still holds.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use super::merge::lock_all;
use crate::StoreError;

/// What stands in the place of an erased description.
const ERASED: &str = "（已按申请删除）";

/// What to erase.
#[derive(Debug, Clone)]
pub enum Erasure {
    /// What the author of these reports wrote, wherever it lies, and how to reach them.
    Reports(Vec<Uuid>),
    /// All words of this case's log, its open question, and as above each report that follows it.
    Case(i64),
}

/// The report with this tracking code.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.erasure.report", skip_all)]
pub async fn report_by_code(conn: &mut PgConnection, code: &str) -> Result<Option<Uuid>, StoreError> {
    Ok(sqlx::query_scalar("select report_id from report where tracking_code = $1")
        .bind(code)
        .fetch_optional(conn)
        .await?)
}

/// The reports and the parts that were split off them.
async fn with_parts(conn: &mut PgConnection, reports: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
    Ok(sqlx::query_scalar(
        "select report_id from report where report_id = any ($1) or split_of = any ($1) order by report_id",
    )
    .bind(reports)
    .fetch_all(conn)
    .await?)
}

/// Erases in the caller's transaction, and leaves a line with the reason in the log of each case it touches. Returns
/// their numbers. Erasing again erases what came since.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.erasure.erase", skip_all)]
pub async fn erase(
    conn: &mut PgConnection,
    what: &Erasure,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Vec<String>, StoreError> {
    let (case_id, reports) = match what {
        Erasure::Reports(reports) => (None, with_parts(&mut *conn, reports).await?),
        Erasure::Case(case_id) => (Some(*case_id), reports_of(&mut *conn, *case_id).await?),
    };
    let numbers = touched(&mut *conn, case_id, &reports).await?;
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let locked = lock_all(&mut *conn, &numbers).await?;
    let reports = match case_id {
        // One may have joined until the case was locked.
        Some(case_id) => reports_of(&mut *conn, case_id).await?,
        None => reports,
    };
    if let Some(case_id) = case_id {
        sqlx::query(
            "update cases set question = null, decision_version = decision_version + 1 where case_id = $1",
        )
        .bind(case_id)
        .execute(&mut *conn)
        .await?;
    }
    for case in &locked {
        let only = if Some(case.case_id) == case_id { None } else { Some(reports.as_slice()) };
        sqlx::query("select erase_log_words($1, $2, $3, $4)")
            .bind(case.case_id)
            .bind(only)
            .bind(reason)
            .bind(now)
            .execute(&mut *conn)
            .await?;
    }
    forget_authors(conn, &reports).await?;
    Ok(locked.into_iter().map(|case| case.case_number).collect())
}

async fn reports_of(conn: &mut PgConnection, case_id: i64) -> Result<Vec<Uuid>, StoreError> {
    Ok(sqlx::query_scalar("select report_id from report where case_id = $1 order by report_id")
        .bind(case_id)
        .fetch_all(conn)
        .await?)
}

/// Numbers of the cases that hold words of these reports, the case asked for among them.
async fn touched(
    conn: &mut PgConnection,
    case_id: Option<i64>,
    reports: &[Uuid],
) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "select case_number from cases where case_id = $1
            or case_id in (select case_id from report where report_id = any ($2))
            or case_id in (select case_id from past_follow where report_id = any ($2))",
    )
    .bind(case_id)
    .bind(reports)
    .fetch_all(conn)
    .await?)
}

/// The words of reports and what was added to them, and how to reach their authors.
async fn forget_authors(conn: &mut PgConnection, reports: &[Uuid]) -> Result<(), StoreError> {
    sqlx::query(
        "with locked as (select report_id from report where report_id = any ($1) order by report_id for update)
         update report r set description = $2, attributes = null, place = place - 'address' - 'resolved',
             version = version + 1
         from locked where r.report_id = locked.report_id",
    )
    .bind(reports)
    .bind(ERASED)
    .execute(&mut *conn)
    .await?;
    for statement in [
        "update addition set words = null, detail = null where report_id = any ($1)",
        "update call_back_answer set words = null where report_id = any ($1)",
        // What was spoken or filmed belongs to nothing from here on, and what belongs to nothing is removed.
        "update recording set report_id = null where report_id = any ($1)",
        // The message has the address of a file; without it none is fetched any more.
        "update order_attachment a set their_id = null, name = null, mime = null,
             reason = case when a.state = 'waiting' then 'erased' else a.reason end,
             ended_at = coalesce(a.ended_at, now()), state = case when a.state = 'waiting' then 'refused' else a.state end
         from hotline_order o where (o.partner, o.order_no) = (a.partner, a.order_no) and o.report_id = any ($1)",
        "update hotline_message m set sealed = '' from hotline_order o
         where (o.partner, o.order_no) = (m.partner, m.order_no) and o.report_id = any ($1) and m.applied_at is not null",
    ] {
        sqlx::query(statement).bind(reports).execute(&mut *conn).await?;
    }
    // Whoever has sent other reports is still told of those.
    sqlx::query(
        "delete from reporter_contact k where k.pseudonym in (select pseudonym from report where report_id = any ($1))
             and not exists (select 1 from report o where o.pseudonym = k.pseudonym and o.report_id <> all ($1))",
    )
    .bind(reports)
    .execute(conn)
    .await?;
    Ok(())
}
