//! Taking a merge back, also from the middle of a chain of merges.

use chrono::{DateTime, Utc};
use jiekou_core::case::{Stage, State};
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use super::clocks;
use super::merge::move_reports;
use super::moves::{self, Decider};
use super::suggestions;
use super::view::CaseView;
use crate::StoreError;
use crate::words::Words;

/// What a merge kept.
#[derive(sqlx::FromRow)]
struct Kept {
    merge_id: i64,
    report_ids: Vec<Uuid>,
    merged_at: DateTime<Utc>,
    into_case: i64,
    question: Option<Words>,
    question_moved: bool,
}

/// Numbers of the cases that `case_id` was merged into, one into the next: the first is its own target, the last one
/// holds its reports now. Empty when it is not merged.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.chain", skip_all)]
pub async fn chain(conn: &mut PgConnection, case_id: i64) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "with recursive chain (case_id, step) as (
             select merged_into, 1 from cases where case_id = $1 and merged_into is not null
             union all
             select c.merged_into, step + 1 from chain join cases c on c.case_id = chain.case_id
             where c.merged_into is not null
         ) select c.case_number from chain join cases c using (case_id) order by step",
    )
    .bind(case_id)
    .fetch_all(conn)
    .await?)
}

/// Gives back what the merge of `from` moved: state, clock, question, reports and their receipt order. `holder` is the
/// last case of its chain, where its reports are now, `later` are the ids of all of them; every row of the chain is locked by the caller. Reports that
/// joined another case of the chain after the merge stay: they were judged against it. Returns when the question that went
/// along was answered meanwhile: from then on the clocks that waited for it run.
///
/// # Errors
/// `Inconsistent` when not every report comes back; when the database fails.
#[instrument(level = "debug", name = "db.case.unmerge", skip_all)]
pub async fn unmerge(
    conn: &mut PgConnection,
    from: &CaseView,
    holder: &CaseView,
    later: &[i64],
    by: Decider<'_>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let kept: Kept = sqlx::query_as(
        "update case_merge set undone_at = $2, undone_by = $3 where from_case = $1 and undone_at is null
         returning merge_id, report_ids, merged_at, into_case, question, question_moved",
    )
    .bind(from.case_id)
    .bind(by.now)
    .bind(by.staff_id)
    .fetch_one(&mut *conn)
    .await?;
    let restored =
        from.before_merge.as_deref().ok_or(StoreError::Inconsistent("a merged case without its state"))?;
    // A question that went along comes back if nobody has answered it meanwhile.
    let answered_at =
        if kept.question_moved { answered(&mut *conn, from, kept.merged_at).await? } else { None };
    let asks_again = kept.question.as_ref().map(Words::for_rules).filter(|_| answered_at.is_none());
    if kept.question_moved && kept.question == holder.question {
        sqlx::query("update cases set question = null where case_id = $1")
            .bind(holder.case_id)
            .execute(&mut *conn)
            .await?;
    }
    sqlx::query(
        "update cases set state = before_merge, before_merge = null, takes_reports = true, merged_into = null,
             question = $2 where case_id = $1",
    )
    .bind(from.case_id)
    .bind(asks_again)
    .execute(&mut *conn)
    .await?;
    start_again(&mut *conn, from.case_id, restored).await?;
    let note = format!("拆回 {}", from.case_number);
    let same = (holder.state.as_str(), holder.state.as_str());
    let left = moves::append(conn, holder.case_id, "release", by, same, Some(&note)).await?;
    let back = moves::append(conn, from.case_id, "unmerge", by, ("merged", restored), None).await?;
    let moved = move_reports(conn, holder.case_id, from.case_id, Some(&kept.report_ids), left, back).await?;
    if moved.len() != kept.report_ids.len() {
        return Err(StoreError::Inconsistent("an un-merge did not find every report"));
    }
    // Whoever takes back a later merge of the chain must not expect these reports any more. Earlier ones, into `from`,
    // still do.
    sqlx::query(
        "update case_merge set report_ids = array(select id from unnest(report_ids) id where id <> all ($1))
         where undone_at is null and from_case = any ($2)",
    )
    .bind(&moved)
    .bind(later)
    .execute(&mut *conn)
    .await?;
    let count = i32::try_from(moved.len()).unwrap_or(i32::MAX);
    for (case_id, change) in [(holder.case_id, -count), (from.case_id, count)] {
        count_again(conn, case_id, change).await?;
    }
    take_clocks(&mut *conn, from.case_id, kept.into_case, holder, by.now).await?;
    suggestions::unmerged(conn, kept.merge_id, (from.case_id, kept.into_case), by).await?;
    Ok(answered_at)
}

/// When a reporter of `from` first answered a question since it was merged, wherever the case lay then.
async fn answered(
    conn: &mut PgConnection,
    from: &CaseView,
    since: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(sqlx::query_scalar(
        "select min(a.received_at) from addition a join case_merge m on a.report_id = any (m.report_ids)
         where m.from_case = $1 and a.answers_question and a.received_at >= $2",
    )
    .bind(from.case_id)
    .bind(since)
    .fetch_one(conn)
    .await?)
}

/// A case is as urgent as the reports it has.
async fn count_again(conn: &mut PgConnection, case_id: i64, change: i32) -> Result<(), StoreError> {
    sqlx::query(
        "update cases c set report_count = report_count + $2, alarmed = r.alarmed, urge_count = r.urges,
             urgency = case when r.urgent then 'urgent' else 'normal' end
         from (select coalesce(bool_or(urgent), false) as urgent, coalesce(bool_or(alarmed), false) as alarmed,
                      coalesce(sum(urge_count), 0)::int as urges
               from report where case_id = $1) r
         where c.case_id = $1",
    )
    .bind(case_id)
    .bind(change)
    .execute(conn)
    .await?;
    Ok(())
}

/// The clocks that the merge ended go on where they stood: a wrong merge buys no time.
async fn start_again(conn: &mut PgConnection, case_id: i64, restored: &str) -> Result<(), StoreError> {
    let stage = State::from_name(restored).and_then(Stage::of);
    sqlx::query(
        "update case_clock set ended_at = null, ended_by = null where case_id = $1 and ended_by = 'merge'",
    )
    .bind(case_id)
    .execute(&mut *conn)
    .await?;
    clocks::show(conn, case_id, stage.map(Stage::name)).await
}

/// The other case loses the clocks that came with these reports, unless it stays urgent. What was promised to the
/// reporters of other cases that are still merged into it stands.
async fn take_clocks(
    conn: &mut PgConnection,
    from: i64,
    into: i64,
    holder: &CaseView,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update case_clock k set ended_at = coalesce(k.ended_at, $3), ended_by = 'unmerge'
         from cases c
         where k.case_id = $1 and k.merged_from = $2 and (k.ended_at is null or k.ended_by = 'merge')
           and c.case_id = k.case_id and c.urgency <> 'urgent'",
    )
    .bind(into)
    .bind(from)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    // A case that stays urgent keeps its short clock for good.
    sqlx::query(
        "update case_clock set merged_from = null where case_id = $1 and merged_from = $2 and ended_at is null",
    )
    .bind(into)
    .bind(from)
    .execute(&mut *conn)
    .await?;
    if into == holder.case_id && holder.due_kind.is_some() {
        clocks::show(conn, into, holder.due_kind.as_deref()).await?;
    }
    Ok(())
}
