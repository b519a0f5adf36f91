//! What is said to a push that is kept: worked out once, and the same whoever asks and however often.

use std::time::Duration;

use chrono::{DateTime, Utc};
use jiekou_store::StoreError;
use jiekou_store::wechat::messages::{self, Kept};
use jiekou_store::wechat::sayings::{self, SayingEnd};
use jiekou_store::wechat::submissions;
use tokio::time::sleep;
use tracing::instrument;
use uuid::Uuid;

use super::person::open;
use super::submit_draft::{Sending, submit_draft};
use super::{hear, say};
use crate::{App, ServiceError};

/// How often it is tried again because the same person's conversation went on meanwhile.
const ROUNDS: usize = 24;
/// How long it is waited for another process in a round.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Words for the answer to a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub saying_id: Uuid,
    pub words: String,
    /// They were sent by a message of their own already.
    pub sent: bool,
}

/// The answer to a push; `None`: nothing is said to it.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "answer_push", skip_all)]
pub async fn answer_push(
    app: &App,
    message_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Answer>, ServiceError> {
    for _ in 0..ROUNDS {
        let kept = messages::find(&app.pool, message_id).await?;
        // Forgotten after a month: long answered.
        let Some(kept) = kept else { return Ok(None) };
        if kept.answered_at.is_some() {
            return answer(app, &kept).await;
        }
        if kept.heard_at.is_none() {
            hear::hear(app, &kept, now).await?;
            continue;
        }
        let submission = submissions::waited_for(&app.pool, message_id).await?;
        let submission = submission.ok_or(StoreError::Inconsistent("a push that nothing answers"))?;
        if submit_draft(app, submission.draft_id, now).await? == Sending::Waiting {
            // Another process sends it.
            sleep(BETWEEN_LOOKS).await;
        }
    }
    Err(ServiceError::Busy)
}

async fn answer(app: &App, kept: &Kept) -> Result<Option<Answer>, ServiceError> {
    let Some(saying_id) = kept.saying_id else { return Ok(None) };
    let saying = sayings::find(&app.pool, saying_id).await?;
    let Some(saying) = saying.filter(|saying| saying.sealed.is_some()) else { return Ok(None) };
    let words = open(app, saying.saying_id, saying.key_id, saying.sealed)?;
    Ok(Some(Answer { saying_id, words, sent: saying.state == "sent" }))
}

/// Notes that the answer went as the answer to the push.
///
/// # Errors
/// Storage.
pub async fn answered(app: &App, saying_id: Uuid, now: DateTime<Utc>) -> Result<(), ServiceError> {
    Ok(sayings::end(&app.pool, saying_id, SayingEnd::Answered, now).await?)
}

/// Answers a push by a message of its own, unless it was answered.
///
/// # Errors
/// [`ServiceError::WechatUnavailable`] when it is to be tried again; storage.
#[instrument(level = "debug", name = "answer_push_later", skip_all)]
pub async fn answer_later(app: &App, message_id: Uuid, now: DateTime<Utc>) -> Result<(), ServiceError> {
    match answer_push(app, message_id, now).await? {
        Some(answer) => say::say(app, answer.saying_id, now).await,
        None => Ok(()),
    }
}
