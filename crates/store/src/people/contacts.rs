//! Reporters' contact details, sealed. See the migration for the table that alone holds them.

use jiekou_core::report::Contact;
use uuid::Uuid;

use crate::StoreError;
use crate::reports::record::ContactRow;
use crate::vault::{Purpose, Vault};

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
    let index =
        |value: &Option<String>| value.as_deref().map(|value| vault.blind_index(&value.to_lowercase()));
    Ok(ContactRow {
        key_id: Some(sealed.key_id),
        sealed: Some(sealed.bytes),
        phone_index: index(&contact.phone),
        email_index: index(&contact.email),
    })
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
