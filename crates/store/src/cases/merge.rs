//! Merging two cases. A merge moves reports; it never loses one, and keeps what [`super::unmerge`] needs.

use jiekou_core::case::CaseClock;
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use super::moves::{self, Decider};
use super::suggestions;
use super::view::{self, CaseView};
use super::{alarm, clocks};
use crate::StoreError;

/// Locks several cases in the order of their numbers, as everybody does, so that nobody waits in a ring. Unknown
/// numbers are left out.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.lock_all", skip_all)]
pub async fn lock_all(conn: &mut PgConnection, numbers: &[&str]) -> Result<Vec<CaseView>, StoreError> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut locked = Vec::with_capacity(sorted.len());
    for number in sorted {
        locked.extend(view::lock(&mut *conn, number).await?);
    }
    Ok(locked)
}

/// Moves every report of `from` to `into`, with its urgency and its open question, and gives it the clocks they
/// `bring`; those of `from` end until an un-merge. Both rows are locked by the caller.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.merge", skip_all)]
pub async fn merge(
    conn: &mut PgConnection,
    from: &CaseView,
    into: &CaseView,
    bring: &[CaseClock],
    by: Decider<'_>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update cases set state = 'merged', before_merge = state, takes_reports = false, merged_into = $2,
             report_count = 0, urge_count = 0, question = null, due_at = null, due_kind = null, due_rule = null where case_id = $1",
    )
    .bind(from.case_id)
    .bind(into.case_id)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "update case_clock set ended_at = $2, ended_by = 'merge' where case_id = $1 and ended_at is null",
    )
    .bind(from.case_id)
    .bind(by.now)
    .execute(&mut *conn)
    .await?;
    let left = moves::append(conn, from.case_id, "merge", by, (&from.state, "merged"), None).await?;
    let note = format!("并入自 {}", from.case_number);
    let joined =
        moves::append(conn, into.case_id, "absorb", by, (&into.state, &into.state), Some(&note)).await?;
    let report_ids = move_reports(conn, from.case_id, into.case_id, None, left, joined).await?;
    let question_moved = from.question.is_some() && into.question.is_none();
    sqlx::query(
        "update cases c set report_count = c.report_count + $2, urge_count = c.urge_count + f.urges,
             urgency = case when $3 = 'urgent' then 'urgent' else c.urgency end, alarmed = c.alarmed or $4,
             question = coalesce(c.question, $5),
             longitude = coalesce(c.longitude, f.longitude), latitude = coalesce(c.latitude, f.latitude),
             cell = coalesce(c.cell, f.cell), place_unknown = c.place_unknown and f.place_unknown,
             fingerprint = case when c.longitude is null and f.longitude is not null then f.fingerprint
                                else c.fingerprint end
         from (select from_case.*, (select coalesce(sum(urge_count), 0)::int from report where report_id = any ($7)) as urges
               from cases from_case where case_id = $6) f
         where c.case_id = $1",
    )
    .bind(into.case_id)
    .bind(i32::try_from(report_ids.len()).unwrap_or(i32::MAX))
    .bind(&from.urgency)
    .bind(from.alarmed)
    .bind(&from.question)
    .bind(from.case_id)
    .bind(&report_ids)
    .execute(&mut *conn)
    .await?;
    for clock in bring {
        clocks::add(&mut *conn, into.case_id, clock, Some(from.case_id)).await?;
    }
    if from.alarmed && from.center_code != into.center_code {
        alarm::tell(&mut *conn, into.case_id, None, by.now).await?;
    }
    let merge_id: i64 = sqlx::query_scalar(
        "insert into case_merge (from_case, into_case, report_ids, merged_at, merged_by, reason, question, question_moved)
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning merge_id",
    )
    .bind(from.case_id)
    .bind(into.case_id)
    .bind(&report_ids)
    .bind(by.now)
    .bind(by.staff_id)
    .bind(by.reason)
    .bind(&from.question)
    .bind(question_moved)
    .fetch_one(&mut *conn)
    .await?;
    suggestions::merged(conn, merge_id, (from.case_id, into.case_id), by).await
}

/// Moves the reports of `from` (or those among them in `only`) to `into`: they followed the one up to the line
/// `until`, and follow the other from `since` on. Both cases' rows are locked; the reports' are locked in order here.
pub(super) async fn move_reports(
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
             order by report_id for update
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
