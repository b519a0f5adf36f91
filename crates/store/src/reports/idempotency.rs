//! Replays outside `record_report`: the same mechanism for the other writes of a reporter.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;

use super::record::IdempotentRow;
use crate::StoreError;
use crate::vault::Sealed;

/// What is known of a key.
#[derive(Debug)]
pub enum Known<T> {
    /// Nobody used it; the key is locked until the transaction ends.
    New,
    Same {
        facts: Box<T>,
        sealed: Option<Sealed>,
    },
    OtherBody,
}

#[derive(sqlx::FromRow)]
struct Row {
    body_hash: Vec<u8>,
    facts: Json<Value>,
    key_id: Option<String>,
    sealed: Option<Vec<u8>>,
}

/// Locks the key of `row` and says what is known of it; a row without a key is always new.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.idempotency.look_up", skip_all)]
pub async fn look_up<T: DeserializeOwned>(
    conn: &mut PgConnection,
    row: &IdempotentRow,
) -> Result<Known<T>, StoreError> {
    if row.key.is_none() {
        return Ok(Known::New);
    }
    sqlx::query("select pg_advisory_xact_lock(1, hashtext($1 || '/' || $2 || '/' || $3))")
        .bind(&row.channel)
        .bind(&row.principal)
        .bind(&row.key)
        .execute(&mut *conn)
        .await?;
    let known: Option<Row> = sqlx::query_as(
        "select body_hash, facts, key_id, sealed from idempotency where channel = $1 and principal = $2 and key = $3",
    )
    .bind(&row.channel)
    .bind(&row.principal)
    .bind(&row.key)
    .fetch_optional(conn)
    .await?;
    Ok(match known {
        None => Known::New,
        Some(known) if Some(&known.body_hash) != row.body_hash.as_ref() => Known::OtherBody,
        Some(known) => {
            let sealed = known.key_id.zip(known.sealed).map(|(key_id, bytes)| Sealed { key_id, bytes });
            let facts =
                serde_json::from_value(known.facts.0).map_err(|error| StoreError::Failed(Box::new(error)))?;
            Known::Same { facts: Box::new(facts), sealed }
        }
    })
}

/// What was recorded under a key and when; `None` when nobody used it. Locks nothing.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.idempotency.recorded", skip_all)]
pub async fn recorded<T: DeserializeOwned>(
    pool: &PgPool,
    row: &IdempotentRow,
) -> Result<Option<(T, DateTime<Utc>)>, StoreError> {
    let known: Option<(Json<Value>, DateTime<Utc>)> = sqlx::query_as(
        "select facts, created_at from idempotency where channel = $1 and principal = $2 and key = $3 and body_hash = $4",
    )
    .bind(&row.channel)
    .bind(&row.principal)
    .bind(&row.key)
    .bind(&row.body_hash)
    .fetch_optional(pool)
    .await?;
    let read = |(facts, at): (Json<Value>, _)| {
        let facts = serde_json::from_value(facts.0).map_err(|error| StoreError::Failed(Box::new(error)))?;
        Ok((facts, at))
    };
    known.map(read).transpose()
}

/// Saves the answer to a key locked by [`look_up`].
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.idempotency.save", skip_all)]
pub async fn save(
    conn: &mut PgConnection,
    row: &IdempotentRow,
    facts: &impl Serialize,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if row.key.is_none() {
        return Ok(());
    }
    sqlx::query(
        "insert into idempotency (channel, principal, key, body_hash, facts, key_id, sealed, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&row.channel)
    .bind(&row.principal)
    .bind(&row.key)
    .bind(&row.body_hash)
    .bind(serde_json::to_value(facts).map_err(|error| StoreError::Failed(Box::new(error)))?)
    .bind(&row.key_id)
    .bind(&row.sealed)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}
