//! What was done to accounts: appended to and never changed.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use super::staff_list::Reach;
use crate::StoreError;
use crate::words::{Said, Words};

/// A line to be written.
#[derive(Debug, Clone)]
pub struct NewLine<'a> {
    /// `None`: the command line.
    pub actor: Option<Uuid>,
    pub subject: Uuid,
    pub act: &'static str,
    pub reason: Option<&'a str>,
    pub detail: Option<Value>,
    /// Areas whose administrators read it.
    pub areas: Vec<String>,
}

/// A line as it is read.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Line {
    pub log_id: i64,
    pub at: DateTime<Utc>,
    pub actor: Option<Uuid>,
    pub actor_name: Option<String>,
    pub subject: Uuid,
    pub subject_name: String,
    pub act: String,
    pub reason: Option<Words>,
    pub detail: Option<Said>,
}

/// Appends a line.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff_log.append", skip_all)]
pub async fn append(
    conn: &mut PgConnection,
    line: &NewLine<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into staff_log (at, actor, subject, act, reason, detail, areas) values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(now)
    .bind(line.actor)
    .bind(line.subject)
    .bind(line.act)
    .bind(line.reason)
    .bind(line.detail.as_ref().map(Json))
    .bind(&line.areas)
    .execute(conn)
    .await?;
    Ok(())
}

/// Lines older than `before` that somebody with this reach reads, the newest first; of one account where `subject` says.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.staff_log.list", skip_all)]
pub async fn list(
    pool: &PgPool,
    reach: &Reach,
    subject: Option<Uuid>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Line>, StoreError> {
    Ok(sqlx::query_as(
        "select l.log_id, l.at, l.actor, a.display_name as actor_name, l.subject, s.display_name as subject_name, l.act,
                l.reason, l.detail
         from staff_log l join staff_account s on s.staff_id = l.subject
         left join staff_account a on a.staff_id = l.actor
         where ($2::uuid is null or l.subject = $2) and ($3::bigint is null or l.log_id < $3)
           and (exists (select from unnest(l.areas) area, unnest($1::text[], $5::text[]) a (mine, unit)
                        where a.unit is null and starts_with(area, a.mine))
                or exists (select from staff_grant g, unnest($1::text[], $5::text[]) a (mine, unit)
                           where g.staff_id = l.subject and g.unit = a.unit and starts_with(g.area, a.mine)))
         order by l.log_id desc limit $4",
    )
    .bind(reach.areas())
    .bind(subject)
    .bind(before)
    .bind(limit)
    .bind(reach.units())
    .fetch_all(pool)
    .await?)
}
