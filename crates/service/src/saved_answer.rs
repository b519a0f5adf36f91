//! The part of an answer that only the caller may see, kept so that a resend gets the very same.

use jiekou_core::report::ClaimSecret;
use jiekou_store::StoreError;
use jiekou_store::reports::idempotency::{self, Known};
use jiekou_store::reports::record::{Facts, IdempotentRow};
use jiekou_store::vault::{Purpose, Sealed};
use serde::{Deserialize, Serialize};

use crate::error::failed;
use crate::submit_report::{Safety, SimilarCase, Submitted};
use crate::{App, IdempotencyKey, Principal, ServiceError};

/// What is sealed beside the facts that the database keeps anyway.
#[derive(Serialize, Deserialize)]
pub(crate) struct Private {
    /// Absent where an account proved authorship: only its hash is known then.
    pub claim_secret: Option<String>,
    pub similar: Vec<SimilarCase>,
    pub safety: Option<Safety>,
}

/// The row of an idempotency key, with the private part sealed for this key; empty without a key.
pub(crate) fn row(
    app: &App,
    caller: &Principal,
    key: Option<&IdempotencyKey>,
    private: &Private,
) -> Result<IdempotentRow, ServiceError> {
    let Some(key) = key else {
        return Ok(IdempotentRow::default());
    };
    let plain = serde_json::to_vec(private).map_err(failed)?;
    let sealed = app.vault.seal(Purpose::SavedAnswer, key.key.as_bytes(), &plain).map_err(failed)?;
    Ok(IdempotentRow { key_id: Some(sealed.key_id), sealed: Some(sealed.bytes), ..scope(caller, key) })
}

/// The row of a key without an answer.
pub(crate) fn scope(caller: &Principal, key: &IdempotencyKey) -> IdempotentRow {
    IdempotentRow {
        channel: Some(caller.channel().name().to_owned()),
        principal: Some(caller.name()),
        key: Some(key.key.clone()),
        body_hash: Some(key.body_hash.to_vec()),
        key_id: None,
        sealed: None,
    }
}

/// The answer to an earlier request with this key and body; `None` when there was none.
///
/// # Errors
/// [`ServiceError::KeyReused`] when the body was another; [`ServiceError::AnswerErased`]; storage.
pub(crate) async fn earlier(
    app: &App,
    caller: &Principal,
    key: Option<&IdempotencyKey>,
) -> Result<Option<Submitted>, ServiceError> {
    let Some(asked) = key else {
        return Ok(None);
    };
    let row = scope(caller, asked);
    // Only looked at: the lock on the key goes with the transaction.
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    match idempotency::look_up::<Facts>(&mut transaction, &row).await? {
        Known::New => Ok(None),
        Known::OtherBody => Err(ServiceError::KeyReused),
        Known::Same { facts, sealed } => replay(app, key, *facts, sealed).map(Some),
    }
}

/// The saved answer again.
///
/// # Errors
/// [`ServiceError::AnswerErased`] after 72 hours.
pub(crate) fn replay(
    app: &App,
    key: Option<&IdempotencyKey>,
    facts: Facts,
    sealed: Option<Sealed>,
) -> Result<Submitted, ServiceError> {
    let (Some(sealed), Some(key)) = (sealed, key) else {
        return Err(ServiceError::AnswerErased);
    };
    let plain = app
        .vault
        .open(Purpose::SavedAnswer, key.key.as_bytes(), &sealed.key_id, &sealed.bytes)
        .map_err(failed)?;
    let private: Private = serde_json::from_slice(&plain).map_err(failed)?;
    Submitted::new(app, facts, private)
}

/// The secret as the answer shows it.
pub(crate) fn shown(secret: &ClaimSecret) -> String {
    secret.reveal().to_owned()
}
