//! Messages of platforms: kept before they are acknowledged, applied once.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use tracing::instrument;

use crate::StoreError;
use crate::vault::{Purpose, Sealed, Vault};

/// A message to be kept.
#[derive(Debug, Clone)]
pub struct MessageRow<'a> {
    pub partner: &'a str,
    pub request_id: &'a str,
    pub order_no: &'a str,
    pub operation: &'a str,
    /// Of the operation and the fields: the same again is a repetition.
    pub body_hash: [u8; 32],
    pub sent_at: DateTime<Utc>,
    /// The fields as JSON.
    pub fields: &'a [u8],
}

/// What became of keeping it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Now,
    /// The same came before.
    Before,
    /// The request id came with something else.
    Otherwise,
}

/// A kept message.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KeptMessage {
    pub request_id: String,
    pub operation: String,
    pub key_id: String,
    pub sealed: Vec<u8>,
    pub sent_at: DateTime<Utc>,
}

/// Keeps a message.
///
/// # Errors
/// When it cannot be sealed; when the database fails.
#[instrument(level = "debug", name = "db.hotline_message.keep", skip_all)]
pub async fn keep(
    conn: &mut PgConnection,
    vault: &Vault,
    row: &MessageRow<'_>,
    now: DateTime<Utc>,
) -> Result<Kept, StoreError> {
    let sealed = vault
        .seal(Purpose::HotlineMessage, owner(row.partner, row.request_id).as_bytes(), row.fields)
        .map_err(|error| StoreError::Failed(Box::new(error)))?;
    let inserted = sqlx::query(
        "insert into hotline_message (partner, request_id, order_no, operation, body_hash, key_id, sealed, sent_at, received_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (partner, request_id) do nothing",
    )
    .bind(row.partner)
    .bind(row.request_id)
    .bind(row.order_no)
    .bind(row.operation)
    .bind(row.body_hash.as_slice())
    .bind(sealed.key_id)
    .bind(sealed.bytes)
    .bind(row.sent_at)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    if inserted.rows_affected() == 1 {
        return Ok(Kept::Now);
    }
    let known: (Vec<u8>, String) = sqlx::query_as(
        "select body_hash, order_no from hotline_message where partner = $1 and request_id = $2",
    )
    .bind(row.partner)
    .bind(row.request_id)
    .fetch_one(conn)
    .await?;
    let same = known.0 == row.body_hash && known.1 == row.order_no;
    Ok(if same { Kept::Before } else { Kept::Otherwise })
}

/// The request ids among `ids` that are not known yet.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_message.unknown", skip_all)]
pub async fn unknown(pool: &PgPool, partner: &str, ids: &[&str]) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "select id from unnest($2::text[]) id
         where not exists (select from hotline_message where partner = $1 and request_id = id)",
    )
    .bind(partner)
    .bind(ids)
    .fetch_all(pool)
    .await?)
}

/// Takes a nonce: `false` when another request had it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_nonce.take", skip_all)]
pub async fn take_nonce(
    conn: &mut PgConnection,
    (partner, nonce): (&str, &str),
    request_id: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let owner: String = sqlx::query_scalar(
        "insert into hotline_nonce (partner, nonce, request_id, seen_at) values ($1, $2, $3, $4)
         on conflict (partner, nonce) do update set seen_at = hotline_nonce.seen_at returning request_id",
    )
    .bind(partner)
    .bind(nonce)
    .bind(request_id)
    .bind(now)
    .fetch_one(conn)
    .await?;
    Ok(owner == request_id)
}

/// Forgets nonces that no clock lets through any more.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_nonce.forget", skip_all)]
pub async fn forget_nonces(pool: &PgPool, before: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("delete from hotline_nonce where seen_at < $1").bind(before).execute(pool).await?;
    Ok(())
}

/// The messages of an order that wait to be applied: the order itself first, then as they were sent.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_message.pending", skip_all)]
pub async fn pending(
    conn: impl PgExecutor<'_>,
    partner: &str,
    order_no: &str,
) -> Result<Vec<KeptMessage>, StoreError> {
    Ok(sqlx::query_as(
        "select request_id, operation, key_id, sealed, sent_at from hotline_message
         where partner = $1 and order_no = $2 and applied_at is null
         order by operation <> 'pushOrder', sent_at, received_at, request_id",
    )
    .bind(partner)
    .bind(order_no)
    .fetch_all(conn)
    .await?)
}

/// Notes what became of a message, if it still waits; its row is locked until the transaction ends. `false`: somebody else
/// has applied it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_message.apply", skip_all)]
pub async fn apply(
    conn: &mut PgConnection,
    (partner, request_id): (&str, &str),
    outcome: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let applied = sqlx::query(
        "update hotline_message set applied_at = $3, outcome = $4
         where partner = $1 and request_id = $2 and applied_at is null",
    )
    .bind(partner)
    .bind(request_id)
    .bind(now)
    .bind(outcome)
    .execute(conn)
    .await?;
    Ok(applied.rows_affected() == 1)
}

/// Opens the fields of a kept message.
///
/// # Errors
/// When they do not open.
pub fn open(vault: &Vault, partner: &str, kept: &KeptMessage) -> Result<Vec<u8>, StoreError> {
    let sealed = Sealed { key_id: kept.key_id.clone(), bytes: kept.sealed.clone() };
    let owner = owner(partner, &kept.request_id);
    vault
        .open(Purpose::HotlineMessage, owner.as_bytes(), &sealed.key_id, &sealed.bytes)
        .map_err(|error| StoreError::Failed(Box::new(error)))
}

fn owner(partner: &str, request_id: &str) -> String {
    format!("{partner}/{request_id}")
}
