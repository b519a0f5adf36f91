//! Messages to people of the plan that are about no step of a case.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// A message in its final words. It names segments, cases and rules, never a person who reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanNotice {
    pub notice_id: Uuid,
    /// What it is about, such as `circular`.
    pub kind: &'static str,
    pub subject: String,
    pub body: String,
}

/// Writes a message and its delivery to each of `recipients`, texts of an [`Addressee`](jiekou_core::plan::Addressee),
/// in the transaction of what it is about.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.plan_notice.tell", skip_all)]
pub async fn tell(
    conn: &mut PgConnection,
    notice: &PlanNotice,
    recipients: &[String],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "with told as (
             insert into plan_notice (notice_id, kind, subject, body, created_at) values ($1, $2, $3, $4, $6)
             returning notice_id)
         insert into delivery (delivery_id, notice_id, recipient, channel, state, next_at, created_at)
         select gen_random_uuid(), notice_id, recipient, 'email', 'created', $6, $6
         from told cross join (select distinct recipient from unnest($5::text[]) recipient) them",
    )
    .bind(notice.notice_id)
    .bind(notice.kind)
    .bind(&notice.subject)
    .bind(&notice.body)
    .bind(recipients)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// What became of a message to each of its recipients.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.plan_notice.states", skip_all)]
pub async fn states(conn: &mut PgConnection, notice_id: Uuid) -> Result<Vec<(String, String)>, StoreError> {
    Ok(sqlx::query_as("select recipient, state from delivery where notice_id = $1 order by recipient")
        .bind(notice_id)
        .fetch_all(conn)
        .await?)
}
