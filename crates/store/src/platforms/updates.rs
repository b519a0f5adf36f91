//! Published steps of the cases that reports of platforms follow.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// A step, as the platform that filed the report reads it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct UpdateRow {
    pub update_id: i64,
    pub report_id: Uuid,
    pub made_at: DateTime<Utc>,
    pub act: String,
    pub reason: Option<String>,
    pub note: Option<String>,
    /// State of the case after the step.
    pub state: String,
    pub center_code: String,
}

/// Notes the step in this log line for every report of a platform that follows the case at that line, if it is one
/// of `told`. Doing it twice notes nothing twice.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.platform_update.fan_out", skip_all)]
pub async fn fan_out(
    pool: &PgPool,
    log_id: i64,
    told: &[String],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into platform_update (platform_id, report_id, log_id, made_at)
         select r.filed_by, r.report_id, l.log_id, $3
         from case_log l
         join lateral (
             select report_id, filed_by from report
             where case_id = l.case_id and since_log <= l.log_id and (l.report_id is null or report_id = l.report_id)
               and channel in ('open311', 'device') and withdrawn_at is null
             union
             select p.report_id, pr.filed_by from past_follow p join report pr using (report_id)
             where p.case_id = l.case_id and l.log_id between p.since_log and p.until_log
               and (l.report_id is null or p.report_id = l.report_id)
               and pr.channel in ('open311', 'device') and pr.withdrawn_at is null
         ) r on true
         where l.log_id = $1 and l.act = any ($2)
         on conflict on constraint platform_update_once do nothing",
    )
    .bind(log_id)
    .bind(told)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(())
}

/// The steps noted from `from` to `until` for the platform, the oldest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.platform_update.list", skip_all)]
pub async fn list(
    pool: &PgPool,
    platform_id: Uuid,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<UpdateRow>, StoreError> {
    Ok(sqlx::query_as(
        "select u.update_id, u.report_id, u.made_at, l.act, l.reason, l.note, coalesce(l.to_state, l.from_state, c.state) as state,
                c.center_code
         from platform_update u join case_log l using (log_id) join cases c on c.case_id = l.case_id
         where u.platform_id = $1 and u.made_at between $2 and $3 order by u.made_at, u.update_id limit $4",
    )
    .bind(platform_id)
    .bind(from)
    .bind(until)
    .bind(limit)
    .fetch_all(pool)
    .await?)
}
