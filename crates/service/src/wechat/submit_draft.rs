//! A draft becomes a report, once.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::conversation::{Confirmed, RECORDING_LOST, Receipt, TOO_MANY, blocked, refused, submitted};
use jiekou_core::limit::{Act, Spender};
use jiekou_core::report::{Channel, FieldError};
use jiekou_store::reports::of_resident;
use jiekou_store::wechat::media::{self, StoredMedium};
use jiekou_store::wechat::submissions::{self, Submission};
use jiekou_store::wechat::{messages, sayings};
use jiekou_store::{StoreError, recordings};
use tracing::instrument;
use uuid::Uuid;

use super::deeds::{grouped, is_waiting, raw_report};
use super::person::{open, reach, seal};
use super::sign_in::of_openid;
use crate::quota::{self, Spending};
use crate::submit_report::{Submitted, submit_report};
use crate::track_report::moment;
use crate::{App, IdempotencyKey, Principal, ServiceError, blocks, saved_answer};

/// Longest that one process sends a draft before another one may.
const LEASE: Duration = Duration::seconds(20);

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    Done,
    /// Photos or recordings are still being fetched, or somebody else is sending it.
    Waiting,
}

/// Sends a draft that its author has confirmed, with the draft's id as the key, so that however often and by whomever this
/// is called there is one report.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "submit_draft", skip_all)]
pub async fn submit_draft(app: &App, draft_id: Uuid, now: DateTime<Utc>) -> Result<Sending, ServiceError> {
    let submission = submissions::find(&app.pool, draft_id).await?;
    let Some(submission) = submission.filter(|submission| submission.ended_at.is_none()) else {
        return Ok(Sending::Done);
    };
    let stored = media::of_draft(&app.pool, draft_id).await?;
    if is_waiting(&stored) {
        return Ok(Sending::Waiting);
    }
    let until = now + LEASE;
    if !submissions::lease(&app.pool, draft_id, until, now).await? {
        return Ok(Sending::Waiting);
    }
    let sent = sent(app, &submission, &stored, now).await;
    if sent.is_err() {
        // What is not given back passes by itself.
        let _ = submissions::give_back(&app.pool, draft_id, until).await;
    }
    sent.map(|()| Sending::Done)
}

/// Sends a draft that nobody else is sending.
async fn sent(
    app: &App,
    submission: &Submission,
    stored: &[StoredMedium],
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let (key_id, sealed) = (submission.key_id.clone(), submission.sealed.clone());
    let confirmed: Confirmed = open(app, submission.draft_id, key_id, sealed)?;
    let is_mute = confirmed.draft.words.is_empty();
    let silent = is_mute && !stored.iter().any(|it| it.kind == "voice" && it.recording_id.is_some());
    let (words, report_id) = if silent {
        (RECORDING_LOST.to_owned(), None)
    } else {
        match send(app, submission, &confirmed, stored, now).await {
            Ok(report) => {
                let lost = stored.iter().filter(|it| it.state == "lost").count();
                (words(app, &report, lost), Some(report.report_id))
            }
            Err(ServiceError::Invalid(faults)) => (refused(&faults), None),
            Err(ServiceError::Blocked { until, .. }) => (blocked(&moment(until)), None),
            Err(ServiceError::Exceeded(_)) => (TOO_MANY.to_owned(), None),
            Err(error) => return Err(error),
        }
    };
    end(app, submission, &words, report_id, stored, now).await
}

async fn send(
    app: &App,
    submission: &Submission,
    confirmed: &Confirmed,
    stored: &[StoredMedium],
    now: DateTime<Utc>,
) -> Result<Submitted, ServiceError> {
    let caller = Principal::Wechat(submission.pseudonym);
    // The draft is what was confirmed; whatever it is sent with, it is the same report.
    let key = IdempotencyKey { key: submission.draft_id.to_string(), body_hash: [0; 32] };
    if let Some(recorded) = saved_answer::earlier(app, &caller, Some(&key)).await? {
        return Ok(recorded);
    }
    let paid = pay(app, submission.pseudonym, now).await?;
    let mut photos: Vec<Uuid> = stored.iter().filter_map(|medium| medium.photo_id).collect();
    let mut same_as = confirmed.same_as.clone();
    loop {
        let mut raw = raw_report(&confirmed.draft, photos.clone());
        raw.duplicate_of.clone_from(&same_as);
        raw.confirm_new = confirmed.is_new;
        match submit_report(app, raw, &caller, Some(&key), now).await {
            // The chosen case is gone or elsewhere by now: the judge decides. A photo that is gone is left out.
            Err(ServiceError::Invalid(faults)) if same_as.is_some() && is_about(&faults, "/duplicateOf") => {
                same_as = None;
            }
            Err(ServiceError::Invalid(faults)) if !photos.is_empty() && is_about(&faults, "/photoIds") => {
                photos.pop();
            }
            Ok(report) => return Ok(report),
            Err(error) => {
                quota::refund(app, &paid, now).await;
                return Err(error);
            }
        }
    }
}

/// Whether they may send one more; spends their quota.
async fn pay(app: &App, pseudonym: Uuid, now: DateTime<Utc>) -> Result<quota::Receipt, ServiceError> {
    let name = reach(app, pseudonym).await?.map(|it| format!("{}/{}", it.account, it.openid));
    let spenders: Vec<Spender> =
        name.and_then(|name| quota::open_id(&app.vault, &name)).into_iter().collect();
    spenders.iter().try_for_each(|spender| blocks::check(app, *spender, now))?;
    let what = Spending { act: Act::Report, channel: Channel::Wechat, spenders: &spenders, cost: 1 };
    Ok(quota::spend(app, &what, now).await?)
}

fn is_about(faults: &[FieldError], pointer: &str) -> bool {
    faults.iter().all(|fault| fault.pointer.starts_with(pointer))
}

fn words(app: &App, report: &Submitted, lost: usize) -> String {
    submitted(&Receipt {
        code: grouped(&report.tracking_code),
        center: report.center.name.clone(),
        joined: report.outcome == "joined",
        urged: report.outcome == "followUp",
        due: report.due_at.map(moment),
        link: format!("{}/track/{}", app.public_url, report.tracking_code),
        advice: report.safety.as_ref().map(|safety| safety.advice.clone()),
        lost,
    })
}

async fn end(
    app: &App,
    submission: &Submission,
    words: &str,
    report_id: Option<Uuid>,
    stored: &[StoredMedium],
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let saying_id = submission.draft_id;
    let identity = match reach(app, submission.pseudonym).await? {
        Some(contact) => {
            app.wechat.account(&contact.account).map(|account| of_openid(app, account, &contact.openid))
        }
        None => None,
    };
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let conn = &mut *transaction;
    if !submissions::end(&mut *conn, submission.draft_id, now).await? {
        return Ok(());
    }
    if let Some(report_id) = report_id {
        // Whoever has signed in with this openid finds the report among the own ones.
        if let Some(identity) = &identity {
            of_resident::link(&mut *conn, report_id, identity, now).await?;
        }
        let ids: Vec<Uuid> = stored.iter().filter_map(|medium| medium.recording_id).collect();
        recordings::attach(&mut *conn, &ids, report_id).await?;
    }
    let sealed = seal(app, saying_id, &words)?;
    let at_once = submission.answers.is_none();
    sayings::write(&mut *conn, saying_id, submission.pseudonym, &sealed, at_once, now).await?;
    if let Some(message_id) = submission.answers {
        messages::answered(&mut *conn, message_id, Some(saying_id), now).await?;
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}
