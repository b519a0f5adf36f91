//! The list of cases a member of staff may see.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tracing::instrument;

use crate::StoreError;

/// One line of the list.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct InboxLine {
    pub case_id: i64,
    pub case_number: String,
    pub state: String,
    pub category: String,
    pub urgency: String,
    pub alarmed: bool,
    pub place_unknown: bool,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub report_count: i32,
    pub urge_count: i32,
    pub opened_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub due_kind: Option<String>,
    /// How often the problem was here within the rulebook's window, this case included; `None`: the first time.
    pub times_here: Option<i32>,
    pub hot_spot: bool,
}

/// Which cases to list. `areas` are prefixes of center codes, `segments` whole codes; a case in any of them is listed.
#[derive(Debug, Clone, Default)]
pub struct Filter<'a> {
    pub areas: Vec<String>,
    pub segments: Vec<String>,
    pub center: Option<&'a str>,
    pub state: Option<&'a str>,
    /// Only cases that may be the same as an older one and wait for a decision.
    pub possibly_same: bool,
    /// Only cases at a place where the problem comes back again and again.
    pub hot_spot: bool,
    /// Only cases older than this one: the cursor.
    pub before: Option<i64>,
    pub limit: i64,
}

/// The newest cases first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.list", skip_all)]
pub async fn list(pool: &PgPool, filter: &Filter<'_>) -> Result<Vec<InboxLine>, StoreError> {
    Ok(sqlx::query_as(
        "select c.case_id, case_number, state, category, urgency, alarmed, place_unknown, center_code, segment_code,
                report_count, urge_count, opened_at, due_at, due_kind, r.times_here, coalesce(r.hot_spot, false) as hot_spot
         from cases c left join case_recurrence r on r.case_id = c.case_id
         where (exists (select 1 from unnest($1::text[]) area where starts_with(center_code, area))
                or segment_code = any ($2))
           and ($3::text is null or center_code = $3) and ($4::text is null or state = $4)
           and ($5::bigint is null or c.case_id < $5)
           and (not $7 or c.takes_reports and exists (
               select from suggestion s where s.case_id = c.case_id and s.decision is null)
               and exists (select from suggestions_of(c.case_id) s where s.waits_here))
           and (not $8 or r.hot_spot)
         order by c.case_id desc limit $6",
    )
    .bind(&filter.areas)
    .bind(&filter.segments)
    .bind(filter.center)
    .bind(filter.state)
    .bind(filter.before)
    .bind(filter.limit)
    .bind(filter.possibly_same)
    .bind(filter.hot_spot)
    .fetch_all(pool)
    .await?)
}
