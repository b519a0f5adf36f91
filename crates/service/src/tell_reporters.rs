//! What a message about a step says, and to whom.

use chrono::{DateTime, Utc};
use jiekou_core::notice::{Words, fill};
use jiekou_core::plan::Addressee;
use jiekou_store::StoreError;
use jiekou_store::people::contacts;
use jiekou_store::words::Words as Written;
use jiekou_store::work::deliveries::Delivery;
use serde::{Deserialize, Serialize};

use crate::clock_notice::clock_notice;
use crate::move_notice::move_notice;
use crate::track_report::moment;
use crate::{App, ServiceError};

/// A message ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub to: String,
    pub subject: String,
    pub body: String,
}

/// Composes the message of a delivery; `None` when there is nobody to send it to any more.
///
/// # Errors
/// When the contact does not open, or the rulebook has no words for the step.
pub fn compose(app: &App, delivery: &Delivery, now: DateTime<Utc>) -> Result<Option<Message>, ServiceError> {
    if let (Some(subject), Some(body), Some(recipient)) =
        (&delivery.subject, &delivery.body, &delivery.recipient)
    {
        return Ok(letter(app, subject, body, recipient, now));
    }
    match (&delivery.to_center, &delivery.recipient) {
        (Some(center), _) => Ok(alarm(app, delivery, center)),
        (None, Some(recipient)) if matches!(delivery.act.as_deref(), Some("warn" | "overdue")) => {
            Ok(clock_notice(app, delivery, recipient, now))
        }
        (None, Some(recipient)) => Ok(move_notice(app, delivery, recipient, now)),
        (None, None) => notice(app, delivery),
    }
}

/// Whether reporters are sent a message about this act at all.
pub fn is_told(app: &App, act: &str) -> bool {
    app.rules().occasion(act).is_some_and(|occasion| occasion.tell)
}

/// What a reporter is told of a step, whatever way it goes.
pub(crate) struct Notice {
    pub title: String,
    pub words: String,
    /// The tracking code as it is stored.
    pub code: String,
    pub center: String,
}

/// What the reporter of a delivery is told; `None` where it is about no step of a case.
pub(crate) fn notice_of(app: &App, delivery: &Delivery) -> Result<Option<Notice>, ServiceError> {
    let (Some(act), Some(center_code), Some(code)) =
        (&delivery.act, &delivery.center_code, &delivery.tracking_code)
    else {
        return Ok(None);
    };
    let rules = app.rules();
    let occasion = rules.occasion(act).ok_or(StoreError::Inconsistent("a notice without words"))?;
    let center = rules.center(center_code);
    let words = Words {
        center: center.map_or_else(|| center_code.clone(), |center| center.name),
        reason: delivery.reason.as_ref().map(Written::shown),
        note: delivery.note.as_ref().map(Written::shown),
        due: delivery.due_at.map(moment),
    };
    Ok(Some(Notice {
        title: occasion.title.clone(),
        words: fill(&occasion.words, &words),
        code: code.clone(),
        center: words.center,
    }))
}

fn notice(app: &App, delivery: &Delivery) -> Result<Option<Message>, ServiceError> {
    let (Some(pseudonym), Some(key_id), Some(sealed)) =
        (delivery.pseudonym, &delivery.key_id, &delivery.sealed)
    else {
        return Ok(None);
    };
    let Some(Notice { title, words, code, .. }) = notice_of(app, delivery)? else { return Ok(None) };
    let Some(to) = contacts::open(&app.vault, pseudonym, key_id, sealed)?.email else {
        return Ok(None);
    };
    let rules = app.rules();
    let body = format!(
        "{words}\n\n查询进度：{}/track/{code}\n查询码：{code}\n\n{} {}\n",
        app.public_url,
        rules.data().name,
        rules.data().district.hotline,
    );
    Ok(Some(Message { to, subject: format!("【街口】{title}"), body }))
}

/// The alarm to the duty address of a center. It names the case, never the reporter.
fn alarm(app: &App, delivery: &Delivery, center: &str) -> Option<Message> {
    let rules = app.rules();
    let duties = &rules.data().duties;
    let own = duties.iter().find(|duty| duty.center == center);
    let duty = own.or_else(|| duties.iter().find(|duty| duty.center == "*"))?;
    let number = delivery.case_number.as_ref()?;
    let body = format!("案件 {number} 的报料提到危及生命的情况，请立即处置。\n");
    Some(Message { to: duty.email.clone(), subject: format!("【紧急】{number}"), body })
}

/// A letter to people of the plan, as it was written; `None` when nobody can be reached there any more.
fn letter(app: &App, subject: &str, body: &str, recipient: &str, now: DateTime<Utc>) -> Option<Message> {
    let rules = app.rules();
    let to = recipient.parse::<Addressee>().ok()?.address(&rules, now)?.to_owned();
    Some(Message { to, subject: subject.to_owned(), body: body.to_owned() })
}
