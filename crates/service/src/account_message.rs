//! Messages to people about their accounts, through the outbox: sealed while they wait, for they hold codes.

use std::fmt;

use chrono::{DateTime, Utc};
use jiekou_store::vault::{Purpose, Sealed};
use jiekou_store::work::account_messages::{AccountMessage, NewMessage};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
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
    let sealed = seal(app, message_id, message)?;
    Ok(NewMessage { message_id, channel: "email", kind, staff_id: Some(staff_id), sealed, expires_at })
}

/// What fills the approved template of a text message, and where it goes.
#[derive(Clone, Serialize, Deserialize)]
pub struct TextMessage {
    /// In E.164.
    pub to: String,
    pub parameters: Vec<String>,
}

impl fmt::Debug for TextMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextMessage(…)")
    }
}

/// A text message that waits to be sent until `expires_at`. It may go to somebody who has no account.
///
/// # Errors
/// When there is no key to seal it with.
pub(crate) fn text_message(
    app: &App,
    kind: &'static str,
    message: &TextMessage,
    expires_at: DateTime<Utc>,
) -> Result<NewMessage, ServiceError> {
    let message_id = Uuid::new_v4();
    let sealed = seal(app, message_id, message)?;
    Ok(NewMessage { message_id, channel: "sms", kind, staff_id: None, sealed, expires_at })
}

fn seal(app: &App, message_id: Uuid, message: &impl Serialize) -> Result<Sealed, ServiceError> {
    let plain = serde_json::to_vec(message).map_err(failed)?;
    app.vault.seal(Purpose::AccountMessage, message_id.as_bytes(), &plain).map_err(failed)
}

/// What a claimed message says, and to whom: a mail or a text message, as its channel is.
///
/// # Errors
/// When it does not open.
pub fn open<T: DeserializeOwned>(app: &App, claimed: &AccountMessage) -> Result<T, ServiceError> {
    let owner = claimed.message_id;
    let plain = app
        .vault
        .open(Purpose::AccountMessage, owner.as_bytes(), &claimed.key_id, &claimed.sealed)
        .map_err(failed)?;
    serde_json::from_slice(&plain).map_err(failed)
}
