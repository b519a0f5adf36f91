//! One attempt to send a message to a webhook.

use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use jiekou_partner::webhook::{WebhookSecret, headers};
use jiekou_partner::{HttpError, OutwardError};
use jiekou_store::platforms::webhook_deliveries::WebhookMessage;
use jiekou_store::platforms::webhooks;
use jiekou_store::vault::Purpose;
use tracing::instrument;

use crate::error::failed;
use crate::{App, ServiceError};

/// Most bytes that are read of an answer: nobody needs what it says.
const ANSWER_LIMIT: usize = 16 * 1024;

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    Taken {
        status: u16,
    },
    /// It never will be.
    Refused {
        reason: &'static str,
        status: Option<u16>,
    },
    Again {
        reason: &'static str,
        status: Option<u16>,
        after: Option<Duration>,
    },
}

/// Sends a message, signed for this moment. Who answers 410 wants nothing more: the webhook ends.
///
/// # Errors
/// A secret that does not open; storage.
#[instrument(level = "debug", name = "attempt_webhook", skip_all)]
pub async fn attempt(
    app: &App,
    message: &WebhookMessage,
    now: DateTime<Utc>,
) -> Result<Attempt, ServiceError> {
    let secrets = secrets(app, message, now)?;
    let signed = headers(&message.delivery_id.to_string(), now, message.body.as_bytes(), &secrets);
    let body = Bytes::from(message.body.clone().into_bytes());
    let answer = match app.outward.post(&message.url, &signed, body, ANSWER_LIMIT).await {
        Ok(answer) => answer,
        Err(error) => return Ok(failure(&error)),
    };
    let status = answer.status;
    Ok(match status {
        200..=299 => Attempt::Taken { status },
        410 => {
            webhooks::end(&app.pool, message.webhook_id, None, "its address answered 410", now).await?;
            Attempt::Refused { reason: "the address wants nothing more", status: Some(status) }
        }
        300..=399 => Attempt::Refused { reason: "the address sends elsewhere", status: Some(status) },
        _ => {
            let after = answer.retry_after.map(|seconds| Duration::seconds(seconds.clamp(0, 3_600)));
            Attempt::Again { reason: "the address did not take it", status: Some(status), after }
        }
    })
}

fn failure(error: &OutwardError) -> Attempt {
    let again = |reason| Attempt::Again { reason, status: None, after: None };
    match error {
        OutwardError::Refused(reason) => Attempt::Refused { reason, status: None },
        OutwardError::Unresolved => again("the name does not resolve"),
        OutwardError::Http(HttpError::NotSent) => again("no connection"),
        OutwardError::Http(HttpError::Unknown) => again("no answer"),
        OutwardError::Http(HttpError::TooLong(_)) => again("the answer is too long"),
        OutwardError::Http(HttpError::Client(_)) => again("no client for outward calls"),
    }
}

/// The secret, and the one before while it is good.
fn secrets(
    app: &App,
    message: &WebhookMessage,
    now: DateTime<Utc>,
) -> Result<Vec<WebhookSecret>, ServiceError> {
    let open = |key_id: &str, sealed: &[u8]| {
        let plain = app.vault.open(Purpose::WebhookSecret, message.webhook_id.as_bytes(), key_id, sealed);
        plain.map(WebhookSecret::from_bytes).map_err(failed)
    };
    let mut secrets = vec![open(&message.key_id, &message.sealed)?];
    let old = message.old_key_id.as_ref().zip(message.old_sealed.as_ref());
    if let Some((key_id, sealed)) = old.filter(|_| message.old_ends_at.is_some_and(|end| end > now)) {
        secrets.push(open(key_id, sealed)?);
    }
    Ok(secrets)
}
