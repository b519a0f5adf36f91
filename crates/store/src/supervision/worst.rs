//! What the worst segments and spots are looked for in: open cases, and those whose deadline has passed.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tracing::instrument;

use crate::StoreError;

/// Open cases of a segment now.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OpenOnSegment {
    pub segment_code: String,
    pub open: i64,
    pub overdue: i64,
}

/// An open case whose deadline has passed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OverdueSpot {
    pub case_number: String,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub category: String,
    pub due_at: DateTime<Utc>,
    /// How often the problem was here lately.
    pub times_here: i32,
    pub report_count: i32,
    pub urge_count: i32,
}

/// Open cases of each segment of an area on which no placard hangs.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.worst.segments", skip_all)]
pub async fn segments(
    pool: &PgPool,
    area: &str,
    now: DateTime<Utc>,
) -> Result<Vec<OpenOnSegment>, StoreError> {
    Ok(sqlx::query_as(
        "select segment_code, count(*) as open, count(*) filter (where due_at < $2) as overdue from cases c
         where takes_reports and segment_code is not null and starts_with(center_code, $1)
           and not exists (select from placard p where p.segment_code = c.segment_code and p.lifted_at is null)
         group by segment_code",
    )
    .bind(area)
    .bind(now)
    .fetch_all(pool)
    .await?)
}

/// The open cases of an area that are overdue for longest, those that came back before others; without those on which a
/// placard hangs.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.worst.spots", skip_all)]
pub async fn spots(
    pool: &PgPool,
    area: &str,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<OverdueSpot>, StoreError> {
    Ok(sqlx::query_as(
        "select case_number, center_code, segment_code, category, due_at, coalesce(r.times_here, 1) as times_here,
                report_count, urge_count
         from cases c left join case_recurrence r using (case_id)
         where takes_reports and due_at < $2 and starts_with(center_code, $1)
           and not exists (select from placard p where p.case_id = c.case_id and p.lifted_at is null)
         order by coalesce(r.times_here, 1) desc, due_at, c.case_id limit $3",
    )
    .bind(area)
    .bind(before)
    .bind(limit)
    .fetch_all(pool)
    .await?)
}
