//! Reporters' contact details, sealed. See the migration for the table that alone holds them.

use chrono::{DateTime, Utc};
use jiekou_core::privacy::national;
use jiekou_core::report::Contact;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::reports::record::ContactRow;
use crate::vault::{Purpose, Sealed, Vault};

/// The row for `contact`, bound to `pseudonym`; empty when nothing was given.
///
/// # Errors
/// When there is no key to seal with.
pub fn seal(vault: &Vault, pseudonym: Uuid, contact: &Contact) -> Result<ContactRow, StoreError> {
    if contact.is_empty() {
        return Ok(ContactRow::default());
    }
    let plain = serde_json::to_vec(contact).map_err(|error| StoreError::Failed(Box::new(error)))?;
    let sealed = vault
        .seal(Purpose::Contact, pseudonym.as_bytes(), &plain)
        .map_err(|error| StoreError::Failed(Box::new(error)))?;
    Ok(ContactRow {
        key_id: Some(sealed.key_id),
        sealed: Some(sealed.bytes),
        phone_index: contact.phone.as_deref().map(|phone| vault.blind_index(national(phone))),
        email_index: contact.email.as_deref().map(|address| vault.blind_index(&address.to_lowercase())),
    })
}

/// Keyed hashes by which a phone is found: as it is stored now, and as releases before stored one with the country's code.
pub fn phone_hashes(vault: &Vault, phone: &str) -> Vec<Vec<u8>> {
    let national = national(phone);
    vec![vault.blind_index(national), vault.blind_index(&format!("+86{national}"))]
}

/// The keyed hash by which an e-mail address is found.
pub fn email_hash(vault: &Vault, address: &str) -> Vec<u8> {
    vault.blind_index(&address.to_lowercase())
}

/// A sealed contact of the author of a report.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OfReport {
    pub case_id: i64,
    pub report_id: Uuid,
    pub pseudonym: Uuid,
    pub key_id: String,
    pub sealed: Vec<u8>,
}

/// The sealed contacts of everybody who reported one of these cases and can be reached.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.contact.of_cases", skip_all)]
pub async fn of_cases(pool: &PgPool, case_ids: &[i64]) -> Result<Vec<OfReport>, StoreError> {
    Ok(sqlx::query_as(
        "select r.case_id, r.report_id, r.pseudonym, k.key_id, k.sealed
         from report r join reporter_contact k using (pseudonym) where r.case_id = any ($1)",
    )
    .bind(case_ids)
    .fetch_all(pool)
    .await?)
}

/// The sealed contact of `pseudonym`; `None` where nothing was given.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.contact.sealed", skip_all)]
pub async fn sealed(conn: &mut PgConnection, pseudonym: Uuid) -> Result<Option<Sealed>, StoreError> {
    let row: Option<(String, Vec<u8>)> =
        sqlx::query_as("select key_id, sealed from reporter_contact where pseudonym = $1")
            .bind(pseudonym)
            .fetch_optional(conn)
            .await?;
    Ok(row.map(|(key_id, bytes)| Sealed { key_id, bytes }))
}

/// Stores the contact of `pseudonym` in place of what was there.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.contact.replace", skip_all)]
pub async fn replace(
    conn: &mut PgConnection,
    pseudonym: Uuid,
    row: &ContactRow,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into reporter_contact (pseudonym, key_id, sealed, phone_index, email_index, created_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (pseudonym) do update set key_id = excluded.key_id, sealed = excluded.sealed,
             phone_index = excluded.phone_index, email_index = excluded.email_index",
    )
    .bind(pseudonym)
    .bind(&row.key_id)
    .bind(&row.sealed)
    .bind(&row.phone_index)
    .bind(&row.email_index)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// Opens a sealed contact of `pseudonym`.
///
/// # Errors
/// When it does not open.
pub fn open(vault: &Vault, pseudonym: Uuid, key_id: &str, sealed: &[u8]) -> Result<Contact, StoreError> {
    let plain = vault
        .open(Purpose::Contact, pseudonym.as_bytes(), key_id, sealed)
        .map_err(|error| StoreError::Failed(Box::new(error)))?;
    serde_json::from_slice(&plain).map_err(|error| StoreError::Failed(Box::new(error)))
}
