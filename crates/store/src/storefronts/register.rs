//! The register of shops.

use chrono::{DateTime, Utc};
use jiekou_core::storefront::Storefront;
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::people::contacts::phone_hashes;
use crate::vault::{Purpose, Vault};

/// A shop as it is stored, without its phone.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct ShopRow {
    pub storefront_id: Uuid,
    pub code: String,
    pub name: String,
    pub segment_code: String,
    pub town_code: String,
    pub address: Option<String>,
}

/// What importing a shop did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub storefront_id: Uuid,
    pub is_new: bool,
    /// The register names another phone than before.
    pub phone_changed: bool,
}

const COLUMNS: &str = "select storefront_id, code, name, segment_code, town_code, address from storefront";

/// Writes a shop, or what has changed of it.
///
/// # Errors
/// When the database fails, or there is no key to seal with.
#[instrument(level = "debug", name = "db.storefront.write", skip_all)]
pub async fn write(
    conn: &mut PgConnection,
    vault: &Vault,
    shop: &Storefront,
    now: DateTime<Utc>,
) -> Result<Written, StoreError> {
    let known: Option<(Uuid, Option<Vec<u8>>)> =
        sqlx::query_as("select storefront_id, phone_index from storefront where code = $1 for update")
            .bind(&shop.code)
            .fetch_optional(&mut *conn)
            .await?;
    let storefront_id = known.as_ref().map_or_else(Uuid::new_v4, |(id, _)| *id);
    let index = shop.phone.as_deref().and_then(|phone| phone_hashes(vault, phone).into_iter().next());
    let sealed = shop
        .phone
        .as_deref()
        .map(|phone| vault.seal(Purpose::Storefront, storefront_id.as_bytes(), phone.as_bytes()))
        .transpose()
        .map_err(|error| StoreError::Failed(Box::new(error)))?;
    let phone_changed = known.as_ref().is_some_and(|(_, before)| *before != index);
    sqlx::query(
        "insert into storefront (storefront_id, code, name, segment_code, town_code, address, longitude, latitude,
             phone_key_id, phone_sealed, phone_index, imported_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (storefront_id) do update set name = excluded.name, segment_code = excluded.segment_code,
             town_code = excluded.town_code, address = excluded.address, longitude = excluded.longitude,
             latitude = excluded.latitude, phone_key_id = excluded.phone_key_id, phone_sealed = excluded.phone_sealed,
             phone_index = excluded.phone_index, imported_at = excluded.imported_at",
    )
    .bind(storefront_id)
    .bind(&shop.code)
    .bind(&shop.name)
    .bind(&shop.segment_code)
    .bind(&shop.town_code)
    .bind(&shop.address)
    .bind(shop.point.map(|point| point.longitude()))
    .bind(shop.point.map(|point| point.latitude()))
    .bind(sealed.as_ref().map(|sealed| &sealed.key_id))
    .bind(sealed.as_ref().map(|sealed| &sealed.bytes))
    .bind(index)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(Written { storefront_id, is_new: known.is_none(), phone_changed })
}

/// The shop with this code, its row locked until the transaction ends: whoever changes its owner waits for whoever does.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.storefront.lock", skip_all)]
pub async fn lock(conn: &mut PgConnection, code: &str) -> Result<Option<ShopRow>, StoreError> {
    // No text of the database has one, and asking it would fail.
    if code.contains('\0') {
        return Ok(None);
    }
    let query = format!("{COLUMNS} where code = $1 for update");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(code).fetch_optional(conn).await?)
}

/// The shops whose register names one of these phones, locked in one order.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.storefront.by_phone", skip_all)]
pub async fn lock_by_phone(conn: &mut PgConnection, hashes: &[Vec<u8>]) -> Result<Vec<ShopRow>, StoreError> {
    let query = format!("{COLUMNS} where phone_index = any ($1) order by storefront_id for update");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(hashes).fetch_all(conn).await?)
}

/// The shop with this id, locked.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.storefront.lock_by_id", skip_all)]
pub async fn lock_by_id(conn: &mut PgConnection, storefront_id: Uuid) -> Result<Option<ShopRow>, StoreError> {
    let query = format!("{COLUMNS} where storefront_id = $1 for update");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(storefront_id).fetch_optional(conn).await?)
}
