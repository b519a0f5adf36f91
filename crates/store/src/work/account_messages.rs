//! Messages to people about their accounts: sealed until they are sent, gone once they have ended.

use chrono::{DateTime, Duration, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use super::deliveries::Outcome;
use crate::StoreError;
use crate::vault::Sealed;

/// A message to be sent.
#[derive(Debug, Clone)]
pub struct NewMessage {
    pub message_id: Uuid,
    pub channel: &'static str,
    pub kind: &'static str,
    pub staff_id: Option<Uuid>,
    /// Address and words, bound to the id.
    pub sealed: Sealed,
    /// It is of no use later.
    pub expires_at: DateTime<Utc>,
}

/// A claimed message.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AccountMessage {
    pub message_id: Uuid,
    pub lease_token: Uuid,
    pub attempts: i32,
    pub channel: String,
    pub kind: String,
    pub key_id: String,
    pub sealed: Vec<u8>,
    pub expires_at: DateTime<Utc>,
    /// Another worker had begun to send it and was not heard of again: it may have arrived.
    pub taken_over: bool,
}

/// Writes a message in the transaction of the change that it tells of.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.account_message.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    message: &NewMessage,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into account_message (message_id, channel, kind, staff_id, key_id, sealed, state, next_at, created_at,
             expires_at)
         values ($1, $2, $3, $4, $5, $6, 'created', $7, $7, $8)",
    )
    .bind(message.message_id)
    .bind(message.channel)
    .bind(message.kind)
    .bind(message.staff_id)
    .bind(&message.sealed.key_id)
    .bind(&message.sealed.bytes)
    .bind(now)
    .bind(message.expires_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Claims up to `limit` due messages until `now + lease`, those that end soonest first; what another worker's lease has
/// let pass only with `take_over`.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.account_message.claim", skip_all)]
pub async fn claim(
    pool: &PgPool,
    limit: i64,
    take_over: bool,
    lease: Duration,
    now: DateTime<Utc>,
) -> Result<Vec<AccountMessage>, StoreError> {
    Ok(sqlx::query_as(
        "with due as materialized (
             select message_id, lease_token is not null as taken_over from account_message
             where state in ('created', 'sending') and next_at <= $2 and (lease_token is null or $4)
             order by expires_at limit $1 for update skip locked)
         update account_message m set state = 'sending', next_at = $3, attempts = attempts + 1,
             lease_token = gen_random_uuid()
         from due where m.message_id = due.message_id
         returning m.message_id, m.lease_token, attempts, channel, kind, key_id, sealed, expires_at, taken_over",
    )
    .bind(limit)
    .bind(now)
    .bind(now + lease)
    .bind(take_over)
    .fetch_all(pool)
    .await?)
}

/// Extends the lease of a message that is still being sent. `false`: it has passed to another worker.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.account_message.renew", skip_all)]
pub async fn renew(
    pool: &PgPool,
    message: &AccountMessage,
    lease: Duration,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let renewed =
        sqlx::query("update account_message set next_at = $3 where message_id = $1 and lease_token = $2")
            .bind(message.message_id)
            .bind(message.lease_token)
            .bind(now + lease)
            .execute(pool)
            .await?;
    Ok(renewed.rows_affected() == 1)
}

/// Writes what became of an attempt, unless the lease has passed to another worker; what the message says is erased when
/// it has ended.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.account_message.settle", skip_all)]
pub async fn settle(
    pool: &PgPool,
    message: &AccountMessage,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let (state, next_at, reason) = outcome.written();
    let settled = sqlx::query(
        "update account_message set state = $3, next_at = coalesce($4, next_at), reason = $5, lease_token = null,
             final_at = case when $4 is null then $6 end, sealed = case when $4 is null then null else sealed end,
             key_id = case when $4 is null then null else key_id end
         where message_id = $1 and lease_token = $2",
    )
    .bind(message.message_id)
    .bind(message.lease_token)
    .bind(state)
    .bind(next_at)
    .bind(reason)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(settled.rows_affected() == 1)
}

/// Forgets messages that ended before `before`.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.account_message.forget", skip_all)]
pub async fn forget(pool: &PgPool, before: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("delete from account_message where final_at < $1").bind(before).execute(pool).await?;
    Ok(())
}

/// Messages by state.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.account_message.count", skip_all)]
pub async fn count_by_state(pool: &PgPool) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(sqlx::query_as("select state, count(*) from account_message group by state").fetch_all(pool).await?)
}
