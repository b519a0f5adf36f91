//! Merging two cases and taking it back. A merge moves reports; it never loses one.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use super::moves;
use super::view::CaseView;
use crate::StoreError;

/// Moves every report of `from` to `into`. Both rows are locked by the caller, in the order of their ids.
///
/// # Errors
/// When the database fails.
#[instrument(name = "db.case.merge", skip_all)]
pub async fn merge(
    conn: &mut PgConnection,
    from: &CaseView,
    into: &CaseView,
    staff_id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update cases set state = 'merged', before_merge = state, takes_reports = false, merged_into = $2,
             report_count = 0, due_at = null, due_kind = null, due_rule = null where case_id = $1",
    )
    .bind(from.case_id)
    .bind(into.case_id)
    .execute(&mut *conn)
    .await?;
    let left = moves::append(
        conn,
        from.case_id,
        "merge",
        staff_id,
        (&from.state, "merged"),
        Some(reason),
        None,
        now,
    )
    .await?;
    let note = format!("并入自 {}", from.case_number);
    let joined = moves::append(
        conn,
        into.case_id,
        "absorb",
        staff_id,
        (&into.state, &into.state),
        Some(reason),
        Some(&note),
        now,
    )
    .await?;
    let report_ids = move_reports(conn, from.case_id, into.case_id, None, left, joined).await?;
    sqlx::query(
        "update cases set report_count = report_count + $2,
             urgency = case when $3 = 'urgent' then 'urgent' else urgency end where case_id = $1",
    )
    .bind(into.case_id)
    .bind(i32::try_from(report_ids.len()).unwrap_or(i32::MAX))
    .bind(&from.urgency)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "insert into case_merge (from_case, into_case, report_ids, merged_at, merged_by, reason)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(from.case_id)
    .bind(into.case_id)
    .bind(&report_ids)
    .bind(now)
    .bind(staff_id)
    .bind(reason)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// The case that `from` was merged into, if the merge stands: its number, to lock it.
///
/// # Errors
/// When the database fails.
#[instrument(name = "db.case.merge_target", skip_all)]
pub async fn merged_into(conn: &mut PgConnection, from: i64) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "select c.case_number from case_merge m join cases c on c.case_id = m.into_case
         where m.from_case = $1 and m.undone_at is null",
    )
    .bind(from)
    .fetch_optional(conn)
    .await?)
}

/// Gives back what a merge moved: state, reports and their receipt order. The caller sets the clock anew.
///
/// # Errors
/// When the database fails.
#[instrument(name = "db.case.unmerge", skip_all)]
pub async fn unmerge(
    conn: &mut PgConnection,
    from: &CaseView,
    into: &CaseView,
    staff_id: Uuid,
    reason: &str,
    due: Option<(DateTime<Utc>, &str, &str)>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let report_ids: Vec<Uuid> = sqlx::query_scalar(
        "update case_merge set undone_at = $2, undone_by = $3 where from_case = $1 and undone_at is null
         returning report_ids",
    )
    .bind(from.case_id)
    .bind(now)
    .bind(staff_id)
    .fetch_one(&mut *conn)
    .await?;
    let restored =
        from.before_merge.as_deref().ok_or(StoreError::Inconsistent("a merged case without its state"))?;
    let (due_at, due_kind, due_rule) = match due {
        Some((at, kind, rule)) => (Some(at), Some(kind), Some(rule)),
        None => (None, None, None),
    };
    sqlx::query(
        "update cases set state = before_merge, before_merge = null, takes_reports = true, merged_into = null,
             due_at = $2, due_kind = $3, due_rule = $4 where case_id = $1",
    )
    .bind(from.case_id)
    .bind(due_at)
    .bind(due_kind)
    .bind(due_rule)
    .execute(&mut *conn)
    .await?;
    let note = format!("拆回 {}", from.case_number);
    let left = moves::append(
        conn,
        into.case_id,
        "release",
        staff_id,
        (&into.state, &into.state),
        Some(reason),
        Some(&note),
        now,
    )
    .await?;
    let back =
        moves::append(conn, from.case_id, "unmerge", staff_id, ("merged", restored), Some(reason), None, now)
            .await?;
    // Reports that joined the other case after the merge stay there: they were judged against it.
    let moved = move_reports(conn, into.case_id, from.case_id, Some(&report_ids), left, back).await?;
    let count = i32::try_from(moved.len()).unwrap_or(i32::MAX);
    for (case_id, change) in [(into.case_id, -count), (from.case_id, count)] {
        sqlx::query("update cases set report_count = report_count + $2 where case_id = $1")
            .bind(case_id)
            .bind(change)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Moves the reports of `from` (or those among them in `only`) to `into`: they followed the one up to the line
/// `until`, and follow the other from `since` on.
async fn move_reports(
    conn: &mut PgConnection,
    from: i64,
    into: i64,
    only: Option<&[Uuid]>,
    until: i64,
    since: i64,
) -> Result<Vec<Uuid>, StoreError> {
    Ok(sqlx::query_scalar(
        "with moving as (
             select report_id, since_log from report where case_id = $1 and ($3::uuid[] is null or report_id = any ($3))
         ), remembered as (
             insert into past_follow (report_id, case_id, since_log, until_log)
             select report_id, $1, since_log, $4 from moving
         )
         update report r set case_id = $2, since_log = $5, version = version + 1
         from moving where r.report_id = moving.report_id returning r.report_id",
    )
    .bind(from)
    .bind(into)
    .bind(only)
    .bind(until)
    .bind(since)
    .fetch_all(conn)
    .await?)
}
