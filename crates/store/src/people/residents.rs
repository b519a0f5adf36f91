//! Residents: a pseudonym each, and what was verified to be them.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::storefronts::bindings::EndedBecause;
use crate::vault::{NotOpened, Purpose, Sealed, Vault};

/// First key of the advisory lock of an identity; the second is a hash of it.
const SIGNING_UP: i32 = 6;

/// What kind of thing was verified. What is stored under it is the value that the verifier names somebody by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityKind {
    /// A mobile phone number in E.164.
    Phone,
    /// A WeChat account as one app knows it: app id, a slash, openid.
    WechatOpenId,
    /// A WeChat account as all apps of one owner know it.
    WechatUnionId,
}

impl IdentityKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::WechatOpenId => "wechatOpenId",
            Self::WechatUnionId => "wechatUnionId",
        }
    }
}

/// What was verified, as it is looked up: keyed, so that no number can be read from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityIndex {
    pub kind: IdentityKind,
    pub value_index: Vec<u8>,
}

impl IdentityIndex {
    pub fn of(vault: &Vault, kind: IdentityKind, value: &str) -> Self {
        let value_index = vault.blind_index(&format!("resident {} {value}", kind.name()));
        Self { kind, value_index }
    }
}

/// An identity as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct IdentityRow {
    pub kind: String,
    pub key_id: String,
    pub sealed: Vec<u8>,
    pub verified_at: DateTime<Utc>,
}

/// Seals the value of an identity, bound to the resident.
///
/// # Errors
/// When there is no key to seal with.
pub fn seal(vault: &Vault, resident_id: Uuid, value: &str) -> Result<Sealed, StoreError> {
    vault.seal(Purpose::Identity, resident_id.as_bytes(), value.as_bytes()).map_err(unopened)
}

/// Opens the value of an identity.
///
/// # Errors
/// When it does not open.
pub fn open(vault: &Vault, resident_id: Uuid, row: &IdentityRow) -> Result<String, StoreError> {
    let plain =
        vault.open(Purpose::Identity, resident_id.as_bytes(), &row.key_id, &row.sealed).map_err(unopened)?;
    String::from_utf8(plain).map_err(|error| StoreError::Failed(Box::new(error)))
}

fn unopened(error: NotOpened) -> StoreError {
    StoreError::Failed(Box::new(error))
}

/// Whose this identity is, locked until the transaction ends, so that of two who sign up with it at once one is the
/// second; `None`: nobody's yet.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident.lock_identity", skip_all)]
pub async fn lock_identity(
    conn: &mut PgConnection,
    index: &IdentityIndex,
) -> Result<Option<Uuid>, StoreError> {
    sqlx::query("select pg_advisory_xact_lock($1, hashtext($2 || '/' || encode($3, 'hex')))")
        .bind(SIGNING_UP)
        .bind(index.kind.name())
        .bind(&index.value_index)
        .execute(&mut *conn)
        .await?;
    Ok(sqlx::query_scalar("select resident_id from resident_identity where kind = $1 and value_index = $2")
        .bind(index.kind.name())
        .bind(&index.value_index)
        .fetch_optional(conn)
        .await?)
}

/// A new account without anything that is them yet.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    resident_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("insert into resident (resident_id, created_at) values ($1, $2)")
        .bind(resident_id)
        .bind(now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that an identity locked by [`lock_identity`] was verified as the resident's.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident.verified", skip_all)]
pub async fn verified(
    conn: &mut PgConnection,
    resident_id: Uuid,
    index: &IdentityIndex,
    sealed: &Sealed,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into resident_identity (kind, value_index, resident_id, key_id, sealed, verified_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (kind, value_index) do update set key_id = excluded.key_id, sealed = excluded.sealed,
             verified_at = excluded.verified_at
         where resident_identity.resident_id = excluded.resident_id",
    )
    .bind(index.kind.name())
    .bind(&index.value_index)
    .bind(resident_id)
    .bind(&sealed.key_id)
    .bind(&sealed.bytes)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// All that was verified to be this resident, the first verified first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident.identities", skip_all)]
pub async fn identities(conn: &mut PgConnection, resident_id: Uuid) -> Result<Vec<IdentityRow>, StoreError> {
    Ok(sqlx::query_as(
        "select kind, key_id, sealed, verified_at from resident_identity where resident_id = $1
         order by verified_at, kind",
    )
    .bind(resident_id)
    .fetch_all(conn)
    .await?)
}

/// An account without what is them.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct ResidentRow {
    pub created_at: DateTime<Utc>,
    /// How many reports are linked to it.
    pub report_count: i64,
}

/// The account; `None` when it was erased.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident.read", skip_all)]
pub async fn read(conn: &mut PgConnection, resident_id: Uuid) -> Result<Option<ResidentRow>, StoreError> {
    Ok(sqlx::query_as(
        "select created_at, (select count(*) from resident_report o where o.resident_id = $1) as report_count
         from resident where resident_id = $1",
    )
    .bind(resident_id)
    .fetch_optional(conn)
    .await?)
}

/// Whether there is the account, which cannot be erased until the transaction ends.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident.hold", skip_all)]
pub async fn hold(conn: &mut PgConnection, resident_id: Uuid) -> Result<bool, StoreError> {
    let held: Option<bool> =
        sqlx::query_scalar("select true from resident where resident_id = $1 for key share")
            .bind(resident_id)
            .fetch_optional(conn)
            .await?;
    Ok(held.is_some())
}

/// Erases an account with all that was verified to be them and all links to reports. `false`: it was erased before.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident.erase", skip_all)]
pub async fn erase(conn: &mut PgConnection, resident_id: Uuid) -> Result<bool, StoreError> {
    let erased =
        sqlx::query("delete from resident where resident_id = $1").bind(resident_id).execute(conn).await?;
    Ok(erased.rows_affected() == 1)
}

/// Forgets accounts that have no report left and were not used after `unused`; the shops that they own have no owner then.
/// How many.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.resident.forget", skip_all)]
pub async fn forget_unused(
    pool: &PgPool,
    unused: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "with forgotten as (
             delete from resident where resident_id in (
                 select r.resident_id from resident r
                 where r.created_at < $1
                   and not exists (select from resident_report o where o.resident_id = r.resident_id)
                   and not exists (select from staff_session s where s.resident_id = r.resident_id and s.last_used_at >= $1)
                 limit 500)
             returning resident_id),
         unbound as (
             delete from storefront_binding b using forgotten f where b.account = f.resident_id
             returning b.storefront_id, b.account, b.ended_at),
         logged as (
             insert into storefront_log (at, storefront_id, act, account, detail)
             select $2, storefront_id, 'ended', account, $3 from unbound where ended_at is null)
         select count(*) from forgotten",
    )
    .bind(unused)
    .bind(now)
    .bind(EndedBecause::AccountGone.name())
    .fetch_one(pool)
    .await?)
}
