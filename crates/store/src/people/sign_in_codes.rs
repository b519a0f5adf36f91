//! Codes sent to phones: each good once, for minutes and for a few tries, and not many of them.

use chrono::{DateTime, Utc};
use jiekou_core::resident::{CodeLimits, CodePurpose, Limit};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// Key of the advisory lock under which codes are counted and made, one after another in all processes.
const MAKING_CODES: i64 = 0x636f_6465;

/// Who asks for a code: keyed hashes of the phone and of the network.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    pub phone_index: &'a [u8],
    pub address_index: &'a [u8],
}

/// A code that is made.
#[derive(Debug, Clone)]
pub struct NewCode {
    pub code_id: Uuid,
    pub purpose: CodePurpose,
    pub code_hash: Vec<u8>,
    pub expires_at: DateTime<Utc>,
}

/// A code somebody may try.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OpenCode {
    pub code_id: Uuid,
    pub code_hash: Vec<u8>,
}

/// Until the transaction ends nobody else makes a code, so that what was counted stays true.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.sign_in_code.take_turns", skip_all)]
pub async fn take_turns(conn: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query("select pg_advisory_xact_lock($1)").bind(MAKING_CODES).execute(conn).await?;
    Ok(())
}

/// From when on all limits let one more code through; `None`: now.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.sign_in_code.refused_until", skip_all)]
pub async fn refused_until(
    conn: &mut PgConnection,
    asker: Asker<'_>,
    limits: &CodeLimits,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let (phone, phone_seconds) = columns(&limits.of_phone);
    let (address, address_seconds) = columns(&limits.of_address);
    let (all, all_seconds) = columns(&limits.of_all);
    Ok(sqlx::query_scalar(
        // Where there are as many as may be, the oldest of them must leave the window first.
        "select max(made + make_interval(secs => seconds)) from (
             select l.seconds, (select created_at from sign_in_code where phone_index = $1
                    and created_at > $9 - make_interval(secs => l.seconds) order by created_at desc offset l.most - 1 limit 1) as made
             from unnest($3::bigint[], $4::float8[]) l (most, seconds)
             union all
             select l.seconds, (select created_at from sign_in_code where address_index = $2
                    and created_at > $9 - make_interval(secs => l.seconds) order by created_at desc offset l.most - 1 limit 1)
             from unnest($5::bigint[], $6::float8[]) l (most, seconds)
             union all
             select l.seconds, (select created_at from sign_in_code
                    where created_at > $9 - make_interval(secs => l.seconds) order by created_at desc offset l.most - 1 limit 1)
             from unnest($7::bigint[], $8::float8[]) l (most, seconds)
         ) counted",
    )
    .bind(asker.phone_index)
    .bind(asker.address_index)
    .bind(phone)
    .bind(phone_seconds)
    .bind(address)
    .bind(address_seconds)
    .bind(all)
    .bind(all_seconds)
    .bind(now)
    .fetch_one(conn)
    .await?)
}

fn columns(limits: &[Limit]) -> (Vec<i64>, Vec<f64>) {
    limits.iter().map(|limit| (i64::from(limit.most), f64::from(limit.seconds))).unzip()
}

/// Stores a code in the place of an earlier one for the same phone and purpose.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.sign_in_code.replace", skip_all)]
pub async fn replace(
    conn: &mut PgConnection,
    asker: Asker<'_>,
    code: &NewCode,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update sign_in_code set ended_at = $3 where phone_index = $1 and purpose = $2 and ended_at is null",
    )
    .bind(asker.phone_index)
    .bind(code.purpose.name())
    .bind(now)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "insert into sign_in_code (code_id, purpose, phone_index, address_index, code_hash, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(code.code_id)
    .bind(code.purpose.name())
    .bind(asker.phone_index)
    .bind(asker.address_index)
    .bind(&code.code_hash)
    .bind(now)
    .bind(code.expires_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Counts one try of the open code of a phone and returns the code, locked until the transaction ends; `None` where there
/// is none, or it was tried too often. The try must be committed whether it was right or not.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.sign_in_code.take_try", skip_all)]
pub async fn take_try(
    conn: &mut PgConnection,
    phone_index: &[u8],
    purpose: CodePurpose,
    most: u16,
    now: DateTime<Utc>,
) -> Result<Option<OpenCode>, StoreError> {
    Ok(sqlx::query_as(
        "update sign_in_code set tries = tries + 1
         where phone_index = $1 and purpose = $2 and ended_at is null and expires_at > $4 and tries < $3
         returning code_id, code_hash",
    )
    .bind(phone_index)
    .bind(purpose.name())
    .bind(i32::from(most))
    .bind(now)
    .fetch_optional(conn)
    .await?)
}

/// Uses a code up that [`take_try`] locked.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.sign_in_code.spend", skip_all)]
pub async fn spend(conn: &mut PgConnection, code_id: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("update sign_in_code set ended_at = $2 where code_id = $1")
        .bind(code_id)
        .bind(now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets codes made before `before`, on which no limit counts any more.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.sign_in_code.forget", skip_all)]
pub async fn forget(pool: &PgPool, before: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("delete from sign_in_code where created_at < $1").bind(before).execute(pool).await?;
    Ok(())
}
