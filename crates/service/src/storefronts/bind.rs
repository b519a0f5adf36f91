//! An account becomes the owner of a shop, and ceases to be. A shop has one owner: whoever comes takes the place of whoever
//! was there, who sees the shop no more from that moment.

use chrono::{DateTime, Utc};
use jiekou_core::report::contact::parse_phone;
use jiekou_core::staff::InvitationCode;
use jiekou_core::storefront::may_hand_over;
use jiekou_store::people::contacts::phone_hashes;
use jiekou_store::people::residents;
use jiekou_store::storefronts::bindings::{self, BoundBy, EndedBecause, OwnedShop};
use jiekou_store::storefronts::codes;
use jiekou_store::storefronts::register::{self, ShopRow};
use jiekou_store::vault::Vault;
use jiekou_store::{PgConnection, PgPool, StoreError};
use tracing::instrument;
use uuid::Uuid;

use crate::{App, ServiceError, Staff};

/// A shop that an account was bound to.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    pub code: String,
    pub name: String,
    pub segment_code: String,
    /// Somebody else was its owner until now.
    pub replaced: bool,
}

/// Binds an account to every shop whose register names `phone`, which the account has proved to be its own. None: the
/// register does not know it.
///
/// # Errors
/// [`ServiceError::NotSignedIn`] when the account was erased meanwhile; storage.
#[instrument(level = "debug", name = "bind_by_phone", skip_all)]
pub async fn bind_by_phone(
    pool: &PgPool,
    vault: &Vault,
    account: Uuid,
    phone: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Bound>, ServiceError> {
    let Some(phone) = parse_phone(phone) else {
        return Ok(Vec::new());
    };
    let mut transaction = pool.begin().await.map_err(StoreError::from)?;
    hold(&mut transaction, account).await?;
    let shops = register::lock_by_phone(&mut transaction, &phone_hashes(vault, &phone)).await?;
    let mut bound = Vec::with_capacity(shops.len());
    for shop in shops {
        bound.push(bind(&mut transaction, shop, account, BoundBy::Phone, now).await?);
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(bound)
}

/// Binds an account to the shop of a code that was handed over. The code is good once.
///
/// # Errors
/// [`ServiceError::UnknownStorefrontCode`] for one that is none, used, replaced or too old; [`ServiceError::NotSignedIn`]
/// when the account was erased meanwhile; storage.
#[instrument(level = "debug", name = "bind_by_code", skip_all)]
pub async fn bind_by_code(
    pool: &PgPool,
    account: Uuid,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Bound, ServiceError> {
    let hash = InvitationCode::parse(code).ok_or(ServiceError::UnknownStorefrontCode)?.hash();
    let mut transaction = pool.begin().await.map_err(StoreError::from)?;
    hold(&mut transaction, account).await?;
    let shop = codes::shop(&mut transaction, &hash, now).await?.ok_or(ServiceError::UnknownStorefrontCode)?;
    // The shop first and the code then: in the order of whoever makes a code.
    let shop = register::lock_by_id(&mut transaction, shop).await?;
    let shop = shop.ok_or(StoreError::Inconsistent("a code of no storefront"))?;
    if !codes::use_up(&mut transaction, &hash, now).await? {
        return Err(ServiceError::UnknownStorefrontCode);
    }
    let bound = bind(&mut transaction, shop, account, BoundBy::Code, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(bound)
}

/// No erasure of the account comes between: what is bound here would be left behind.
async fn hold(conn: &mut PgConnection, account: Uuid) -> Result<(), ServiceError> {
    if residents::hold(conn, account).await? { Ok(()) } else { Err(ServiceError::NotSignedIn) }
}

async fn bind(
    conn: &mut PgConnection,
    shop: ShopRow,
    account: Uuid,
    by: BoundBy,
    now: DateTime<Utc>,
) -> Result<Bound, ServiceError> {
    let owner = bindings::owner(conn, shop.storefront_id).await?;
    let is_owner = owner.as_ref().is_some_and(|(owner, _)| *owner == account);
    if !is_owner {
        bindings::end(conn, shop.storefront_id, EndedBecause::Replaced, None, now).await?;
        bindings::bind(conn, shop.storefront_id, account, by, now).await?;
    }
    Ok(Bound {
        code: shop.code,
        name: shop.name,
        segment_code: shop.segment_code,
        replaced: owner.is_some() && !is_owner,
    })
}

/// Gives a shop up.
///
/// # Errors
/// [`ServiceError::UnknownStorefront`], also for whoever does not own it; storage.
#[instrument(level = "debug", name = "unbind", skip_all)]
pub async fn unbind(
    pool: &PgPool,
    account: Uuid,
    shop: &str,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let mut transaction = pool.begin().await.map_err(StoreError::from)?;
    let shop = register::lock(&mut transaction, shop).await?.ok_or(ServiceError::UnknownStorefront)?;
    let owner = bindings::owner(&mut transaction, shop.storefront_id).await?;
    if owner.is_none_or(|(owner, _)| owner != account) {
        return Err(ServiceError::UnknownStorefront);
    }
    bindings::end(&mut transaction, shop.storefront_id, EndedBecause::Unbound, None, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Ends the binding of a shop, for staff: the shop has changed hands. Whether there was one.
///
/// # Errors
/// [`ServiceError::UnknownStorefront`], also where it is not the caller's to hand over; storage.
#[instrument(level = "debug", name = "end_binding", skip_all)]
pub async fn end_binding(
    app: &App,
    staff: &Staff,
    shop: &str,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let shop = register::lock(&mut transaction, shop)
        .await?
        .filter(|shop| may_hand_over(&staff.grants, &shop.town_code, &shop.segment_code))
        .ok_or(ServiceError::UnknownStorefront)?;
    let because = EndedBecause::EndedByStaff;
    let ended =
        bindings::end(&mut transaction, shop.storefront_id, because, Some(staff.staff_id), now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(ended)
}

/// The shops that an account owns, by code.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "shops_of", skip_all)]
pub async fn shops_of(pool: &PgPool, account: Uuid) -> Result<Vec<OwnedShop>, ServiceError> {
    Ok(bindings::of_account(pool, account).await?)
}
