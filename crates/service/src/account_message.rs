//! Messages to people about their accounts, through the outbox: sealed while they wait, for they hold codes.

use chrono::{DateTime, Utc};
use jiekou_store::vault::Purpose;
use jiekou_store::work::account_messages::{AccountMessage, NewMessage};
use uuid::Uuid;

use crate::error::failed;
use crate::tell_reporters::Message;
use crate::{App, ServiceError};

/// A mail that waits to be sent until `expires_at`.
///
/// # Errors
/// When there is no key to seal it with.
pub(crate) fn mail(
    app: &App,
    staff_id: Uuid,
    kind: &'static str,
    message: &Message,
    expires_at: DateTime<Utc>,
) -> Result<NewMessage, ServiceError> {
    let message_id = Uuid::new_v4();
    let plain = serde_json::to_vec(message).map_err(failed)?;
    let sealed = app.vault.seal(Purpose::AccountMessage, message_id.as_bytes(), &plain).map_err(failed)?;
    Ok(NewMessage { message_id, channel: "email", kind, staff_id: Some(staff_id), sealed, expires_at })
}

/// What a claimed message says, and to whom.
///
/// # Errors
/// When it does not open.
pub fn open(app: &App, claimed: &AccountMessage) -> Result<Message, ServiceError> {
    let owner = claimed.message_id;
    let plain = app
        .vault
        .open(Purpose::AccountMessage, owner.as_bytes(), &claimed.key_id, &claimed.sealed)
        .map_err(failed)?;
    serde_json::from_slice(&plain).map_err(failed)
}
