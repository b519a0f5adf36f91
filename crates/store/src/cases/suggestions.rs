//! Pairs of cases that may be one problem: waiting for a decision, and decided.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use super::moves::{self, Decider};
use super::view::CaseView;
use crate::StoreError;

/// Photos shown of each other case.
const PHOTOS: i64 = 3;

/// Another open case that may be the same problem.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SuggestionView {
    pub case_id: i64,
    pub case_number: String,
    pub state: String,
    pub category: String,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub opened_at: DateTime<Utc>,
    pub report_count: i32,
    /// The reporter of whichever of the two came later said that it is another problem.
    pub confirm_new: bool,
    /// The judge's match; `None` when it cannot be told any more.
    pub judged: Option<Json<Value>>,
}

/// A photo of another case.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SuggestedPhoto {
    pub case_id: i64,
    pub photo_id: Uuid,
    pub released: bool,
}

/// An open case that may be the same problem as one that was asked about.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Waiting {
    pub asked: i64,
    #[sqlx(flatten)]
    pub other: SuggestionView,
}

/// The open cases that may be the same problem as each of these and wait for a decision, the likeliest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.suggestion.waiting", skip_all)]
pub async fn waiting(pool: &PgPool, case_ids: &[i64]) -> Result<Vec<Waiting>, StoreError> {
    Ok(sqlx::query_as(
        "select own.case_id as asked, o.case_id, o.case_number, o.state, o.category, o.center_code, o.segment_code, o.opened_at,
                o.report_count, case when s.waits_here then own.confirm_new else o.confirm_new end as confirm_new, s.judged
         from cases own cross join lateral suggestions_of(own.case_id) s join cases o on o.case_id = s.other_id
         where own.case_id = any ($1)
         order by (s.judged ->> 'score')::double precision desc nulls last, o.case_id",
    )
    .bind(case_ids)
    .fetch_all(pool)
    .await?)
}

/// The first photos of these cases, released ones before others.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.suggestion.photos", skip_all)]
pub async fn photos(pool: &PgPool, case_ids: &[i64]) -> Result<Vec<SuggestedPhoto>, StoreError> {
    Ok(sqlx::query_as(
        "select asked.case_id, p.photo_id, p.released
         from unnest($1::bigint[]) asked (case_id) cross join lateral (
             select p.photo_id, p.released_at is not null as released from report r join photo p using (report_id)
             where r.case_id = asked.case_id and p.forgotten_at is null
             order by p.released_at nulls last, p.uploaded_at, p.photo_id limit $2) p",
    )
    .bind(case_ids)
    .bind(PHOTOS)
    .fetch_all(pool)
    .await?)
}

/// The judge's match of two open cases while nobody has decided about them; `None` when the pair waits for nothing.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.suggestion.between", skip_all)]
pub async fn between(
    conn: &mut PgConnection,
    case_id: i64,
    other_id: i64,
) -> Result<Option<Value>, StoreError> {
    let judged: Option<Option<Json<Value>>> =
        sqlx::query_scalar("select judged from suggestions_of($1) where other_id = $2")
            .bind(case_id)
            .bind(other_id)
            .fetch_optional(conn)
            .await?;
    Ok(judged.flatten().map(|judged| judged.0))
}

/// The open case that this number stands for: its own, or, after merges, the one that holds its reports.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.suggestion.holder", skip_all)]
pub async fn holder(conn: &mut PgConnection, number: &str) -> Result<Option<(i64, String)>, StoreError> {
    Ok(sqlx::query_as(
        "select h.case_id, h.case_number
         from cases c join cases h on h.case_id = holder_of(c.case_id) where c.case_number = $1",
    )
    .bind(number)
    .fetch_optional(conn)
    .await?)
}

/// Notes that a locked case is not the same problem as the other one, with its log line. `false`: the pair does not wait
/// for a decision, and nothing was written.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.suggestion.keep_apart", skip_all)]
pub async fn keep_apart(
    conn: &mut PgConnection,
    case: &CaseView,
    (other_id, other_number): (i64, &str),
    by: Decider<'_>,
) -> Result<bool, StoreError> {
    if between(&mut *conn, case.case_id, other_id).await?.is_none() {
        return Ok(false);
    }
    let decided = sqlx::query(
        "update suggestion set decision = 'keptApart', decided_at = $3, decided_by = $4
         where decision is null and (case_id = $1 and holder_of(other_id) = $2 or case_id = $2 and holder_of(other_id) = $1)",
    )
    .bind(case.case_id)
    .bind(other_id)
    .bind(by.now)
    .bind(by.staff_id)
    .execute(&mut *conn)
    .await?;
    if decided.rows_affected() == 0 {
        return Ok(false);
    }
    let note = format!("与案件 {other_number} 不是同一问题");
    moves::append(conn, case.case_id, "keepApart", by, (&case.state, &case.state), Some(&note)).await?;
    Ok(true)
}

/// A merge, just written, says yes to the suggestion it answers.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.suggestion.merged", skip_all)]
pub(super) async fn merged(
    conn: &mut PgConnection,
    merge_id: i64,
    (from, into): (i64, i64),
    by: Decider<'_>,
) -> Result<(), StoreError> {
    // After the merge both sides of the pair are held by `into`.
    sqlx::query(
        "update suggestion set decision = 'merged', decided_at = $3, decided_by = $4, merge_id = $5
         where decision is null and case_id in ($1, $2) and holder_of(other_id) = $2",
    )
    .bind(from)
    .bind(into)
    .bind(by.now)
    .bind(by.staff_id)
    .bind(merge_id)
    .execute(conn)
    .await?;
    Ok(())
}

/// A merge taken back says no, also to a pair that only staff had found.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.suggestion.unmerged", skip_all)]
pub(super) async fn unmerged(
    conn: &mut PgConnection,
    merge_id: i64,
    (from, into): (i64, i64),
    by: Decider<'_>,
) -> Result<(), StoreError> {
    sqlx::query(
        "with answered as (
             update suggestion set decision = 'keptApart', decided_at = $4, decided_by = $5
             where merge_id = $1 returning case_id
         )
         insert into suggestion (case_id, other_id, suggested_at, decision, decided_at, decided_by, merge_id)
         select $2, $3, $4, 'keptApart', $4, $5, $1 where not exists (select from answered)
         on conflict (case_id, other_id) do update set decision = 'keptApart', decided_at = $4, decided_by = $5",
    )
    .bind(merge_id)
    .bind(from)
    .bind(into)
    .bind(by.now)
    .bind(by.staff_id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes undecided suggestions whose case was over before `limit`: nobody will decide them. Returns how many.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.suggestion.forget", skip_all)]
pub async fn forget_dead(pool: &PgPool, limit: DateTime<Utc>) -> Result<u64, StoreError> {
    let gone = sqlx::query(
        "delete from suggestion where (case_id, other_id) in (
             select s.case_id, s.other_id from suggestion s join cases c using (case_id)
             where s.decision is null and not c.takes_reports and c.merged_into is null and c.changed_at < $1 limit 500)",
    )
    .bind(limit)
    .execute(pool)
    .await?;
    Ok(gone.rows_affected())
}
