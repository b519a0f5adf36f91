//! Deliveries: one message to one person on one channel, until it ends visibly.

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::words::Words;
use crate::{StoreError, wake};

/// A claimed delivery with all that its message needs.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Delivery {
    pub delivery_id: Uuid,
    pub lease_token: Uuid,
    pub attempts: i32,
    pub channel: String,
    /// What it is about, of a message about a step of a case; absent in a letter, as are the others of the case.
    pub case_id: Option<i64>,
    pub case_number: Option<String>,
    pub category: Option<String>,
    pub state: Option<String>,
    pub center_code: Option<String>,
    pub act: Option<String>,
    pub reason: Option<Words>,
    pub note: Option<Words>,
    pub due_at: Option<DateTime<Utc>>,
    pub tracking_code: Option<String>,
    pub pseudonym: Option<Uuid>,
    pub key_id: Option<String>,
    pub sealed: Option<Vec<u8>>,
    /// Set when the message goes to a center instead of a reporter.
    pub to_center: Option<String>,
    /// Set when it goes to people of the plan; text of an [`Addressee`](jiekou_core::plan::Addressee).
    pub recipient: Option<String>,
    /// Work address of the account that it goes to, where it goes to one.
    pub staff_id: Option<Uuid>,
    pub email_key_id: Option<String>,
    pub email_sealed: Option<Vec<u8>>,
    /// What the log line knows beside its words.
    pub detail: Option<Json<Value>>,
    /// Of a letter.
    pub subject: Option<String>,
    pub body: Option<String>,
}

/// How a delivery ended, or that it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    /// The other side will never take it.
    Refused {
        reason: &'static str,
    },
    Again {
        at: DateTime<Utc>,
        reason: &'static str,
    },
    /// Given up after the last attempt.
    Dead {
        reason: &'static str,
    },
}

impl Outcome {
    /// State, next attempt and reason, as they are stored.
    pub(crate) fn written(&self) -> (&'static str, Option<DateTime<Utc>>, Option<&'static str>) {
        match self {
            Self::Delivered => ("delivered", None, None),
            Self::Refused { reason } => ("refused", None, Some(*reason)),
            Self::Again { at, reason } => ("sending", Some(*at), Some(*reason)),
            Self::Dead { reason } => ("dead", None, Some(*reason)),
        }
    }
}

/// Creates the deliveries of a log line: one e-mail to each reporter who follows the case at that line and gave an
/// address. Doing it twice creates nothing twice.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.delivery.fan_out", skip_all)]
pub async fn fan_out(pool: &PgPool, log_id: i64, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let created = sqlx::query(
        "with created as (
         insert into delivery (delivery_id, log_id, report_id, channel, state, next_at, created_at)
         select gen_random_uuid(), l.log_id, r.report_id, 'email', 'created', $2, $2
         from case_log l
         join lateral (
             select report_id, pseudonym from report
             where case_id = l.case_id and since_log <= l.log_id and (l.report_id is null or report_id = l.report_id)
               and withdrawn_at is null
             union
             select p.report_id, pr.pseudonym from past_follow p join report pr using (report_id)
             where p.case_id = l.case_id and l.log_id between p.since_log and p.until_log
               and (l.report_id is null or p.report_id = l.report_id) and pr.withdrawn_at is null
         ) r on true
         join reporter_contact k on k.pseudonym = r.pseudonym and k.email_index is not null
         where l.log_id = $1
         on conflict on constraint delivery_once do nothing returning report_id
         ), shown as (select report_id from report join created using (report_id) order by report_id for update of report)
         update report r set version = version + 1 from shown where r.report_id = shown.report_id",
    )
    .bind(log_id)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(created.rows_affected())
}

/// Creates the alarm to a center for a log line.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.delivery.alarm", skip_all)]
pub async fn alarm_center(pool: &PgPool, log_id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(
        "insert into delivery (delivery_id, log_id, center_code, channel, state, next_at, created_at)
         select gen_random_uuid(), l.log_id, c.center_code, 'email', 'created', $2, $2
         from case_log l join cases c using (case_id) where l.log_id = $1
         on conflict on constraint delivery_once do nothing",
    )
    .bind(log_id)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(())
}

/// Creates the messages of a log line to people of the plan. Doing it twice creates nothing twice.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.delivery.tell", skip_all)]
pub async fn tell(
    conn: &mut PgConnection,
    log_id: i64,
    recipients: &[String],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into delivery (delivery_id, log_id, recipient, channel, state, next_at, created_at)
         select gen_random_uuid(), $1, recipient, 'email', 'created', $3, $3
         from (select distinct recipient from unnest($2::text[]) recipient) told
         on conflict on constraint delivery_once do nothing",
    )
    .bind(log_id)
    .bind(recipients)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// Claims up to `limit` due deliveries until `now + lease`, alarms to centers first or, if `alarms_only`, alone. Those
/// whose lease another worker has let pass are taken only with `take_over`.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.delivery.claim", skip_all)]
pub async fn claim(
    pool: &PgPool,
    limit: i64,
    alarms_only: bool,
    take_over: bool,
    lease: Duration,
    now: DateTime<Utc>,
) -> Result<Vec<Delivery>, StoreError> {
    Ok(sqlx::query_as(
        "with claimed as (
             update delivery set state = 'sending', next_at = $3, attempts = attempts + 1, lease_token = gen_random_uuid()
             where delivery_id in (select delivery_id from delivery where state in ('created', 'sending') and next_at <= $2
                                     and (center_code is not null or not $4)
                                     and (lease_token is null or $5)
                                   order by center_code is null, next_at limit $1 for update skip locked)
             returning delivery_id, lease_token, attempts, channel, log_id, letter_id, report_id, center_code, recipient
         ), shown as (
             -- The page of a report says so when its message is on its way.
             select report_id from report where report_id in (select report_id from claimed where attempts = 1)
             order by report_id for update
         ), told as (update report r set version = version + 1 from shown where r.report_id = shown.report_id)
         select d.delivery_id, d.lease_token, d.attempts, d.channel, c.case_id, c.case_number, c.category, c.state, c.center_code,
                l.act, l.reason, l.note,
                -- A message that comes late names no deadline of a stage it does not speak of.
                case when coalesce(l.to_state, c.state) = c.state then c.due_at end as due_at, r.tracking_code, r.pseudonym, k.key_id, k.sealed,
                d.center_code as to_center, d.recipient, s.staff_id, s.email_key_id, s.email_sealed, l.detail, t.subject, t.body
         from claimed d left join case_log l using (log_id) left join letter t using (letter_id)
         left join report r on r.report_id = d.report_id
         -- The case the reporter follows now: after a merge another center answers.
         left join cases c on c.case_id = coalesce(r.case_id, l.case_id)
         left join reporter_contact k on k.pseudonym = r.pseudonym
         left join staff_account s on s.disabled_at is null
             and s.staff_id = case when d.recipient like 'person/%' then substr(d.recipient, 8)::uuid end",
    )
    .bind(limit)
    .bind(now)
    .bind(now + lease)
    .bind(alarms_only)
    .bind(take_over)
    .fetch_all(pool)
    .await?)
}

/// Extends the lease of a delivery that is still being sent. `false`: it has passed to another worker.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.delivery.renew", skip_all)]
pub async fn renew(
    pool: &PgPool,
    delivery: &Delivery,
    lease: Duration,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let renewed = sqlx::query("update delivery set next_at = $3 where delivery_id = $1 and lease_token = $2")
        .bind(delivery.delivery_id)
        .bind(delivery.lease_token)
        .bind(now + lease)
        .execute(pool)
        .await?;
    Ok(renewed.rows_affected() == 1)
}

/// Writes what became of an attempt, unless the lease has passed to another worker, and lets the author see it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.delivery.settle", skip_all)]
pub async fn settle(
    pool: &PgPool,
    delivery: &Delivery,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let (state, next_at, reason) = outcome.written();
    let mut transaction = pool.begin().await?;
    let report_id: Option<Option<Uuid>> = sqlx::query_scalar(
        "update delivery set state = $3, next_at = coalesce($4, next_at), reason = $5, lease_token = null,
             final_at = case when $4 is null then $6 end
         where delivery_id = $1 and lease_token = $2 returning report_id",
    )
    .bind(delivery.delivery_id)
    .bind(delivery.lease_token)
    .bind(state)
    .bind(next_at)
    .bind(reason)
    .bind(now)
    .fetch_optional(&mut *transaction)
    .await?;
    let ours = report_id.is_some();
    if let Some(Some(report_id)) = report_id {
        sqlx::query("update report set version = version + 1 where report_id = $1")
            .bind(report_id)
            .execute(&mut *transaction)
            .await?;
        if let Some(case_id) = delivery.case_id {
            wake::case_changed(&mut transaction, case_id).await?;
        }
    }
    transaction.commit().await?;
    Ok(ours)
}

/// Deliveries by state.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.delivery.count", skip_all)]
pub async fn count_by_state(pool: &PgPool) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(sqlx::query_as("select state, count(*) from delivery group by state").fetch_all(pool).await?)
}

/// The act of a log line; `None` when there is no such line.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.delivery.act_of", skip_all)]
pub async fn act_of(pool: &PgPool, log_id: i64) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar("select act from case_log where log_id = $1")
        .bind(log_id)
        .fetch_optional(pool)
        .await?)
}
