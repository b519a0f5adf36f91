//! What a third party has found, and what it has missed.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tracing::instrument;

use crate::StoreError;
use crate::words::Words;

/// What was found in a period where one district answers; whatever is closed or re-checked of it was found.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FoundRow {
    /// Six digits.
    pub district: String,
    /// 发现量
    pub found: i64,
    /// 复核量
    pub rechecked: i64,
    /// 办结量
    pub closed: i64,
}

/// A case that others found and the third party did not.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MissedRow {
    pub case_id: i64,
    pub case_number: String,
    pub category: String,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub address: Option<Words>,
    pub state: String,
    /// When it was first found in the period.
    pub found_at: DateTime<Utc>,
}

/// Whose findings are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    Enforcement,
    Citizens,
}

/// Which of the missed cases.
#[derive(Debug, Clone)]
pub struct MissedFilter<'a> {
    pub found_by: FoundBy,
    pub begins: DateTime<Utc>,
    pub ends: DateTime<Utc>,
    /// Beginnings of the centers' codes.
    pub areas: &'a [String],
    /// Only those opened before this one.
    pub before: Option<i64>,
    pub limit: i64,
}

/// What counts as a problem that was found: no duplicate, and neither rejected nor void.
const IS_A_PROBLEM: &str = "c.state not in ('merged', 'rejected', 'voided')";

/// What was found by the third party for the first time between these two moments, by district.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.third_party.found", skip_all)]
pub async fn found(
    pool: &PgPool,
    begins: DateTime<Utc>,
    ends: DateTime<Utc>,
    areas: &[String],
) -> Result<Vec<FoundRow>, StoreError> {
    let query = format!(
        "with found as (
             select distinct case_id from report where found_by = 'thirdParty' and received_at >= $1 and received_at < $2
         )
         select left(c.center_code, 6) as district, count(*) as found,
                count(*) filter (where i.inspected) as rechecked, count(*) filter (where i.over) as closed
         from found join cases c using (case_id)
         cross join lateral (
             select exists (select from case_log l where l.case_id = c.case_id and l.act in ('pass', 'fail')) as inspected,
                    c.state in ('closed', 'callback', 'archived', 'forceClosed') as over) i
         where {IS_A_PROBLEM} and c.center_code like any ($3)
           and not exists (select from report e where e.case_id = c.case_id and e.found_by = 'thirdParty' and e.received_at < $1)
         group by 1 order by 1"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(begins)
        .bind(ends)
        .bind(patterns(areas))
        .fetch_all(pool)
        .await?)
}

/// Cases found by others in the period, of which the third party had said nothing when it ended; the last opened first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.third_party.missed", skip_all)]
pub async fn missed(pool: &PgPool, filter: &MissedFilter<'_>) -> Result<Vec<MissedRow>, StoreError> {
    let found_by = match filter.found_by {
        FoundBy::Enforcement => "r.found_by = 'enforcement'",
        FoundBy::Citizens => "r.origin = 'public'",
    };
    let query = format!(
        "select c.case_id, c.case_number, c.category, c.center_code, c.segment_code, c.address, c.state, f.found_at
         from (
             select case_id, min(received_at) as found_at from report r
             where {found_by} and received_at >= $1 and received_at < $2 group by case_id) f
         join cases c using (case_id)
         where {IS_A_PROBLEM} and c.center_code like any ($3) and ($4::bigint is null or c.case_id < $4)
           and not exists (select from report t where t.case_id = c.case_id and t.found_by = 'thirdParty' and t.received_at < $2)
         order by c.case_id desc limit $5"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(filter.begins)
        .bind(filter.ends)
        .bind(patterns(filter.areas))
        .bind(filter.before)
        .bind(filter.limit)
        .fetch_all(pool)
        .await?)
}

fn patterns(areas: &[String]) -> Vec<String> {
    areas.iter().map(|area| format!("{area}%")).collect()
}
