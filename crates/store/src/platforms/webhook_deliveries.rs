//! Messages to webhooks: claimed by expiring leases, ended visibly, sent again on request.

use chrono::{DateTime, Duration, Utc};
use sqlx::PgPool;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// A step of a case, for whoever subscribed to it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StepRow {
    pub case_id: i64,
    pub case_number: String,
    pub at: DateTime<Utc>,
    pub act: String,
    pub from_state: Option<String>,
    pub to_state: Option<String>,
    /// Of the case now.
    pub state: String,
    pub category: String,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
}

/// A claimed message.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct WebhookMessage {
    pub delivery_id: Uuid,
    pub webhook_id: Uuid,
    pub lease_token: Uuid,
    pub attempts: i32,
    pub body: String,
    pub url: String,
    pub key_id: String,
    pub sealed: Vec<u8>,
    pub old_key_id: Option<String>,
    pub old_sealed: Option<Vec<u8>>,
    pub old_ends_at: Option<DateTime<Utc>>,
}

/// A message as its platform sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LoggedDelivery {
    pub delivery_id: Uuid,
    pub kind: String,
    pub state: String,
    pub attempts: i32,
    pub status: Option<i32>,
    pub reason: Option<String>,
    pub created_at: DateTime<Utc>,
    pub next_at: DateTime<Utc>,
    pub final_at: Option<DateTime<Utc>>,
    pub replays: i32,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted {
    /// `delivered`, `refused`, `dead`, or `sending` when it is tried again at `next_at`.
    pub state: &'static str,
    pub next_at: Option<DateTime<Utc>>,
    pub reason: Option<&'static str>,
    pub status: Option<i32>,
}

/// The step in this log line where it concerns the whole case.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook_delivery.step", skip_all)]
pub async fn step(pool: &PgPool, log_id: i64) -> Result<Option<StepRow>, StoreError> {
    Ok(sqlx::query_as(
        "select c.case_id, c.case_number, l.at, l.act, l.from_state, l.to_state, c.state, c.category, c.center_code,
                c.segment_code, c.longitude, c.latitude
         from case_log l join cases c using (case_id)
         where l.log_id = $1 and (l.report_id is null or l.to_state is not null)",
    )
    .bind(log_id)
    .fetch_optional(pool)
    .await?)
}

/// Ids of the reports that follow a case, the first ones received.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook_delivery.reports", skip_all)]
pub async fn reports(pool: &PgPool, case_id: i64, limit: i64) -> Result<Vec<Uuid>, StoreError> {
    Ok(sqlx::query_scalar("select report_id from report where case_id = $1 order by receipt_number limit $2")
        .bind(case_id)
        .bind(limit)
        .fetch_all(pool)
        .await?)
}

/// Whether anybody subscribed to this kind there; mostly nobody has.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook_delivery.is_wanted", skip_all)]
pub async fn is_wanted(pool: &PgPool, kind: &str, center_code: &str) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "select exists (select from webhook where ended_at is null and $1 = any (events)
                        and (area is null or starts_with($2, area)))",
    )
    .bind(kind)
    .bind(center_code)
    .fetch_one(pool)
    .await?)
}

/// Creates the messages of a step to whoever subscribed to this kind there. Doing it twice creates nothing twice.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook_delivery.create", skip_all)]
pub async fn create(
    pool: &PgPool,
    log_id: i64,
    kind: &str,
    center_code: &str,
    body: &str,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let created = sqlx::query(
        "insert into webhook_delivery (delivery_id, webhook_id, log_id, kind, body, state, next_at, created_at)
         select gen_random_uuid(), w.webhook_id, $1, $2, $4, 'created', $5, $5
         from webhook w join platform p using (platform_id)
         where w.ended_at is null and p.disabled_at is null and $2 = any (w.events)
           and (w.area is null or starts_with($3, w.area))
         on conflict on constraint webhook_delivery_once do nothing",
    )
    .bind(log_id)
    .bind(kind)
    .bind(center_code)
    .bind(body)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(created.rows_affected())
}

/// Claims up to `limit` due messages until `now + lease`: one of each webhook that is not `busy`, so that one that hangs holds
/// up no other; what another worker's lease has let pass only with `take_over`.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook_delivery.claim", skip_all)]
pub async fn claim(
    pool: &PgPool,
    limit: i64,
    busy: &[Uuid],
    take_over: bool,
    lease: Duration,
    now: DateTime<Utc>,
) -> Result<Vec<WebhookMessage>, StoreError> {
    Ok(sqlx::query_as(
        "with due as (
             select d.delivery_id from webhook w cross join lateral (
                 select delivery_id, next_at from webhook_delivery
                 where webhook_id = w.webhook_id and state in ('created', 'sending') and next_at <= $2
                   and (lease_token is null or $4)
                 order by next_at limit 1 for update skip locked) d
             where w.ended_at is null and w.webhook_id <> all ($5) order by d.next_at limit $1
         ), claimed as (
             update webhook_delivery d set state = 'sending', next_at = $3, attempts = attempts + 1, lease_token = gen_random_uuid()
             from due where d.delivery_id = due.delivery_id
             returning d.delivery_id, d.webhook_id, d.lease_token, d.attempts, d.body
         )
         select c.delivery_id, c.webhook_id, c.lease_token, c.attempts, c.body, w.url, w.key_id, w.sealed, w.old_key_id,
                w.old_sealed, w.old_ends_at
         from claimed c join webhook w using (webhook_id)",
    )
    .bind(limit)
    .bind(now)
    .bind(now + lease)
    .bind(take_over)
    .bind(busy)
    .fetch_all(pool)
    .await?)
}

/// Extends the lease of a message that is still being sent. `false`: it has passed to another worker.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook_delivery.renew", skip_all)]
pub async fn renew(
    pool: &PgPool,
    message: &WebhookMessage,
    lease: Duration,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let renewed =
        sqlx::query("update webhook_delivery set next_at = $3 where delivery_id = $1 and lease_token = $2")
            .bind(message.delivery_id)
            .bind(message.lease_token)
            .bind(now + lease)
            .execute(pool)
            .await?;
    Ok(renewed.rows_affected() == 1)
}

/// Writes what became of an attempt, unless the lease has passed to another worker.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook_delivery.settle", skip_all)]
pub async fn settle(
    pool: &PgPool,
    message: &WebhookMessage,
    attempted: &Attempted,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let settled = sqlx::query(
        "update webhook_delivery set state = $3, next_at = coalesce($4, next_at), reason = $5, status = $6, lease_token = null,
             final_at = case when $4 is null then $7 end
         where delivery_id = $1 and lease_token = $2",
    )
    .bind(message.delivery_id)
    .bind(message.lease_token)
    .bind(attempted.state)
    .bind(attempted.next_at)
    .bind(attempted.reason)
    .bind(attempted.status)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(settled.rows_affected() == 1)
}

/// The messages to a webhook behind `before`, the newest first; of one state where `state` says.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook_delivery.list", skip_all)]
pub async fn list(
    pool: &PgPool,
    webhook_id: Uuid,
    state: Option<&str>,
    before: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<LoggedDelivery>, StoreError> {
    Ok(sqlx::query_as(
        "select delivery_id, kind, state, attempts, status, reason, created_at, next_at, final_at, replays
         from webhook_delivery
         where webhook_id = $1 and ($2::text is null or state = $2)
           and ($3::timestamptz is null or (created_at, delivery_id) < ($3, $4))
         order by created_at desc, delivery_id desc limit $5",
    )
    .bind(webhook_id)
    .bind(state)
    .bind(before.map(|(at, _)| at))
    .bind(before.map(|(_, id)| id))
    .bind(limit)
    .fetch_all(pool)
    .await?)
}

/// Has a message that has ended sent again, under the id that it had. `false`: there is none that has ended.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook_delivery.replay", skip_all)]
pub async fn replay(
    pool: &PgPool,
    platform_id: Uuid,
    delivery_id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let replayed = sqlx::query(
        "update webhook_delivery d set state = 'created', attempts = 0, next_at = $3, final_at = null, reason = null,
             replays = replays + 1
         from webhook w
         where d.delivery_id = $1 and w.webhook_id = d.webhook_id and w.platform_id = $2 and w.ended_at is null
           and d.state in ('delivered', 'refused', 'dead')",
    )
    .bind(delivery_id)
    .bind(platform_id)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(replayed.rows_affected() == 1)
}

/// Forgets messages that ended before `before`.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook_delivery.forget", skip_all)]
pub async fn forget(pool: &PgPool, before: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("delete from webhook_delivery where final_at < $1").bind(before).execute(pool).await?;
    Ok(())
}

/// Messages by state.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.webhook_delivery.count", skip_all)]
pub async fn count_by_state(pool: &PgPool) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(sqlx::query_as("select state, count(*) from webhook_delivery group by state").fetch_all(pool).await?)
}
