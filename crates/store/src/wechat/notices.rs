//! Steps of cases that people are told of by WeChat: who, how often they allow it, and whether it arrived.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::{StoreError, wake};

/// Creates the deliveries of a log line to the reporters who wrote by WeChat. That a report was received they were told
/// where they told it. Doing it twice creates nothing twice.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_notice.fan_out", skip_all)]
pub async fn fan_out(pool: &PgPool, log_id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(
        "with created as (
             insert into delivery (delivery_id, log_id, report_id, channel, state, next_at, created_at)
             select gen_random_uuid(), l.log_id, f.report_id, 'wechat', 'created', $2, $2
             from case_log l cross join lateral followers_of_line(l) f join wechat_person w on w.pseudonym = f.pseudonym
             where l.log_id = $1 and l.act not in ('received', 'joined')
             on conflict on constraint delivery_once do nothing returning report_id
         ), shown as (select report_id from report join created using (report_id) order by report_id for update of report)
         update report r set version = version + 1 from shown where r.report_id = shown.report_id",
    )
    .bind(log_id)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(())
}

/// Adds a consent, or takes all of them away.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_permission.set", skip_all)]
pub async fn allow(
    conn: &mut PgConnection,
    pseudonym: Uuid,
    template_id: &str,
    allowed: bool,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into wechat_permission as p (pseudonym, template_id, granted) values ($1, $2, case when $3 then 1 else 0 end)
         on conflict (pseudonym, template_id) do update set granted = case when $3 then p.granted + 1 else 0 end",
    )
    .bind(pseudonym)
    .bind(template_id)
    .bind(allowed)
    .execute(conn)
    .await?;
    Ok(())
}

/// Uses one consent; `false`: there is none.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_permission.use", skip_all)]
pub async fn use_permission(pool: &PgPool, pseudonym: Uuid, template_id: &str) -> Result<bool, StoreError> {
    let used = sqlx::query(
        "update wechat_permission set granted = granted - 1 where pseudonym = $1 and template_id = $2 and granted > 0",
    )
    .bind(pseudonym)
    .bind(template_id)
    .execute(pool)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Notes under which of WeChat's ids a delivery was taken.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_sent.note", skip_all)]
pub async fn sent(
    pool: &PgPool,
    account: &str,
    wechat_id: &str,
    delivery_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into wechat_sent (account, wechat_id, delivery_id, sent_at) values ($1, $2, $3, $4) on conflict do nothing",
    )
    .bind(account)
    .bind(wechat_id)
    .bind(delivery_id)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(())
}

/// What is known of a message that did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotArrived {
    /// Noted, or noted before.
    Noted,
    /// It is still being written down that it was sent.
    TooEarly,
    /// No delivery was taken under this id.
    Unknown,
}

/// Ends a delivery, that WeChat had taken, as refused.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.wechat_sent.not_arrived", skip_all)]
pub async fn not_arrived(
    pool: &PgPool,
    account: &str,
    wechat_id: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<NotArrived, StoreError> {
    let mut transaction = pool.begin().await?;
    let found: Option<(Uuid, String, Option<Uuid>, Option<i64>)> = sqlx::query_as(
        "select d.delivery_id, d.state, d.report_id, l.case_id
         from wechat_sent s join delivery d using (delivery_id) left join case_log l using (log_id)
         where s.account = $1 and s.wechat_id = $2 for update of d",
    )
    .bind(account)
    .bind(wechat_id)
    .fetch_optional(&mut *transaction)
    .await?;
    let Some((delivery_id, state, report_id, case_id)) = found else { return Ok(NotArrived::Unknown) };
    match state.as_str() {
        "created" | "sending" => return Ok(NotArrived::TooEarly),
        "delivered" => {}
        _ => return Ok(NotArrived::Noted),
    }
    sqlx::query("update delivery set state = 'refused', reason = $2, final_at = $3 where delivery_id = $1")
        .bind(delivery_id)
        .bind(reason)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
    sqlx::query("update report set version = version + 1 where report_id = $1")
        .bind(report_id)
        .execute(&mut *transaction)
        .await?;
    if let Some(case_id) = case_id {
        wake::case_changed(&mut transaction, case_id).await?;
    }
    transaction.commit().await?;
    Ok(NotArrived::Noted)
}
