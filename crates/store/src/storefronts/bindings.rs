//! Which account owns which shop, and the log of it.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// How an account became an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoundBy {
    /// The account's verified phone is the register's.
    Phone,
    /// Staff handed a code over.
    Code,
}

impl BoundBy {
    pub fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Code => "code",
        }
    }
}

/// Why a binding ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedBecause {
    Unbound,
    Replaced,
    PhoneChanged,
    EndedByStaff,
    /// The account was erased or forgotten.
    AccountGone,
}

impl EndedBecause {
    pub fn name(self) -> &'static str {
        match self {
            Self::Unbound => "unbound",
            Self::Replaced => "replaced",
            Self::PhoneChanged => "phoneChanged",
            Self::EndedByStaff => "endedByStaff",
            Self::AccountGone => "accountGone",
        }
    }
}

/// A shop that an account owns.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnedShop {
    pub code: String,
    pub name: String,
    pub segment_code: String,
    pub address: Option<String>,
    pub bound_at: DateTime<Utc>,
    pub by: String,
}

/// A shop that an account owns or owned once.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct BindingRow {
    pub code: String,
    pub name: String,
    pub by: String,
    pub bound_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_because: Option<String>,
}

/// The owner of a locked shop, and how the account became one.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.storefront.owner", skip_all)]
pub async fn owner(
    conn: &mut PgConnection,
    storefront_id: Uuid,
) -> Result<Option<(Uuid, String)>, StoreError> {
    Ok(sqlx::query_as(
        "select account, by from storefront_binding where storefront_id = $1 and ended_at is null",
    )
    .bind(storefront_id)
    .fetch_optional(conn)
    .await?)
}

/// Makes an account the owner of a locked shop that has none.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.storefront.bind", skip_all)]
pub async fn bind(
    conn: &mut PgConnection,
    storefront_id: Uuid,
    account: Uuid,
    by: BoundBy,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "with bound as (
             insert into storefront_binding (binding_id, storefront_id, account, by, bound_at)
             values (gen_random_uuid(), $1, $2, $3, $4))
         insert into storefront_log (at, storefront_id, act, account, detail) values ($4, $1, 'bound', $2, $3)",
    )
    .bind(storefront_id)
    .bind(account)
    .bind(by.name())
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the binding of a locked shop, if it has an owner. Whether it had one.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.storefront.end", skip_all)]
pub async fn end(
    conn: &mut PgConnection,
    storefront_id: Uuid,
    because: EndedBecause,
    staff_id: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "with ended as (
             update storefront_binding set ended_at = $3, ended_because = $2
             where storefront_id = $1 and ended_at is null returning account)
         insert into storefront_log (at, storefront_id, act, account, staff_id, detail)
         select $3, $1, 'ended', account, $4, $2 from ended",
    )
    .bind(storefront_id)
    .bind(because.name())
    .bind(now)
    .bind(staff_id)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The shops that an account owns now, by code.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.storefront.of_account", skip_all)]
pub async fn of_account(pool: &PgPool, account: Uuid) -> Result<Vec<OwnedShop>, StoreError> {
    Ok(sqlx::query_as(
        "select s.code, s.name, s.segment_code, s.address, b.bound_at, b.by
         from storefront_binding b join storefront s using (storefront_id)
         where b.account = $1 and b.ended_at is null order by s.code",
    )
    .bind(account)
    .fetch_all(pool)
    .await?)
}

/// Every binding of an account, those that have ended too, the first one first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.storefront.bindings_of", skip_all)]
pub async fn all_of_account(conn: &mut PgConnection, account: Uuid) -> Result<Vec<BindingRow>, StoreError> {
    Ok(sqlx::query_as(
        "select s.code, s.name, b.by, b.bound_at, b.ended_at, b.ended_because
         from storefront_binding b join storefront s using (storefront_id)
         where b.account = $1 order by b.bound_at, s.code",
    )
    .bind(account)
    .fetch_all(conn)
    .await?)
}

/// Forgets what an account that is erased in this transaction owns and owned. The log keeps that an owner went, under the
/// pseudonym.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.storefront.forget_account", skip_all)]
pub async fn forget_account(
    conn: &mut PgConnection,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "with unbound as (
             delete from storefront_binding where account = $1 returning storefront_id, ended_at)
         insert into storefront_log (at, storefront_id, act, account, detail)
         select $2, storefront_id, 'ended', $1, $3 from unbound where ended_at is null",
    )
    .bind(account)
    .bind(now)
    .bind(EndedBecause::AccountGone.name())
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether an account owns a shop at this moment.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.storefront.owns", skip_all)]
pub async fn owns(pool: &PgPool, account: Uuid, code: &str) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "select exists (select from storefront_binding b join storefront s using (storefront_id)
             where b.account = $1 and b.ended_at is null and s.code = $2)",
    )
    .bind(account)
    .bind(code)
    .fetch_one(pool)
    .await?)
}
