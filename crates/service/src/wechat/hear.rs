//! The conversation takes a push in.

use chrono::{DateTime, Utc};
use jiekou_core::conversation::{Conversation, Hearing, Input, Medium, MediumKind, Then};
use jiekou_core::rulebook::Rulebook;
use jiekou_partner::wechat::{Event, Incoming, Said, SendStatus};
use jiekou_store::StoreError;
use jiekou_store::wechat::messages::{self, Kept};
use jiekou_store::wechat::{conversations, media, notices, people, sayings, submissions};
use jiekou_store::work::jobs;
use serde_json::json;
use uuid::Uuid;

use super::deeds::{Done, do_it};
use super::person::{conversation, meet, open, seal};
use crate::alarm::dangers;
use crate::submit_report::Safety;
use crate::{App, ServiceError};

/// A push as the conversation hears it; WeChat's id of what is to be fetched beside it.
struct Heard {
    input: Input,
    medium: Option<(Medium, String)>,
}

/// Takes a push in: one transaction, or nothing where the conversation went on meanwhile.
pub(super) async fn hear(app: &App, kept: &Kept, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let Some((incoming, account)) = read(app, kept)? else {
        return close(app, kept, now).await;
    };
    let pseudonym = meet(app, &account, &incoming.openid, now).await?;
    let Some(heard) = heard(&incoming) else {
        return note(app, kept, pseudonym, &incoming, now).await;
    };
    let (before, version) = conversation(app, pseudonym).await?;
    let hearing = hearing(app, &heard.input, now);
    let (after, then) = before.clone().hear(heard.input.clone(), &hearing);
    let done = do_it(app, after, then, pseudonym, now).await?;
    write(app, kept, pseudonym, &heard, &Change { before: &before, version, done: &done }, now).await
}

/// The push, and the account it came to; `None` where that is configured no more or the words are erased.
fn read(app: &App, kept: &Kept) -> Result<Option<(Incoming, String)>, ServiceError> {
    let Some(account) = app.wechat.account(&kept.account) else { return Ok(None) };
    let text: String = match open(app, kept.message_id, kept.key_id.clone(), kept.sealed.clone()) {
        Err(ServiceError::AnswerErased) => return Ok(None),
        other => other?,
    };
    let incoming = Incoming::parse(text.as_bytes(), account.position_system);
    Ok(incoming.ok().map(|incoming| (incoming, account.name.clone())))
}

/// An event that is no part of the conversation: what becomes of messages to the person is noted, and nothing is said.
async fn note(
    app: &App,
    kept: &Kept,
    pseudonym: Uuid,
    incoming: &Incoming,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let conn = &mut *transaction;
    if messages::is_heard(&mut *conn, kept.message_id).await? {
        return Ok(());
    }
    if let Said::Event(Event::Permissions(permissions)) = &incoming.said {
        // A popup that was refused takes back nothing given before; the switch in the settings does.
        let switched_off = incoming.event == "subscribe_msg_change_event";
        for permission in permissions.iter().filter(|it| it.granted || switched_off) {
            notices::allow(&mut *conn, pseudonym, &permission.template_id, permission.granted).await?;
        }
    }
    if let Some((wechat_id, reason)) = not_arrived(&incoming.said) {
        let payload = json!({ "account": kept.account, "wechatId": wechat_id, "reason": reason });
        jobs::insert(&mut *conn, "wechatNotArrived", &payload, now).await?;
    }
    messages::heard(&mut *conn, kept.message_id, now).await?;
    messages::answered(&mut *conn, kept.message_id, None, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// WeChat's id of a message that did not arrive, and why.
fn not_arrived(said: &Said) -> Option<(&str, &'static str)> {
    match said {
        Said::Event(Event::TemplateSent { message_id, status }) => match status {
            SendStatus::Success => None,
            SendStatus::Blocked => Some((message_id, "they refuse messages of the account")),
            SendStatus::Failed => Some((message_id, "WeChat could not deliver it")),
        },
        Said::Event(Event::SubscriptionSent { message_id, error_code, .. }) if *error_code != 0 => {
            Some((message_id, "WeChat could not deliver it"))
        }
        _ => None,
    }
}

/// Nothing is said to it.
async fn close(app: &App, kept: &Kept, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    messages::heard(&mut transaction, kept.message_id, now).await?;
    messages::answered(&mut transaction, kept.message_id, None, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// `None` for what concerns no conversation.
fn heard(incoming: &Incoming) -> Option<Heard> {
    let medium = |kind, wechat_id: &str| (Medium { id: Uuid::now_v7(), kind }, wechat_id.to_owned());
    let of = |input| Heard { input, medium: None };
    Some(match &incoming.said {
        Said::Text { content } => of(Input::Words(content.clone())),
        Said::Image { media_id } => {
            let medium = medium(MediumKind::Photo, media_id);
            Heard { input: Input::Photo(medium.0.id), medium: Some(medium) }
        }
        Said::Voice { media_id, recognition, .. } => {
            let medium = medium(MediumKind::Voice, media_id);
            let input = Input::Voice { medium: medium.0.id, recognised: recognition.clone() };
            Heard { input, medium: Some(medium) }
        }
        Said::Video { media_id } => {
            let medium = medium(MediumKind::Video, media_id);
            Heard { input: Input::Video(medium.0.id), medium: Some(medium) }
        }
        Said::Location { point, label } => of(Input::Place { point: *point, label: label.clone() }),
        Said::Link { .. } => of(Input::Link),
        Said::Other { .. } => of(Input::Other),
        Said::Event(Event::Subscribe { .. }) => of(Input::Joined),
        Said::Event(Event::Unsubscribe) => of(Input::Left),
        Said::Event(Event::Position { point, .. }) => of(Input::Position(*point)),
        Said::Event(Event::Click { key }) => of(Input::Button(key.clone())),
        Said::Event(
            Event::Scan { .. }
            | Event::View { .. }
            | Event::TemplateSent { .. }
            | Event::Permissions(_)
            | Event::SubscriptionSent { .. }
            | Event::Other { .. },
        ) => return None,
    })
}

fn hearing(app: &App, input: &Input, now: DateTime<Utc>) -> Hearing {
    let words = match input {
        Input::Words(words) | Input::Voice { recognised: Some(words), .. } => words.as_str(),
        _ => "",
    };
    Hearing {
        now,
        patience: app.wechat.patience,
        fresh: Uuid::new_v4(),
        names_place: names_place(&app.rules(), words),
        advice: Safety::of(&dangers(app, words)).map(|safety| safety.advice),
    }
}

/// Whether a report with this address would get a place.
fn names_place(rules: &Rulebook, words: &str) -> bool {
    let settings = rules.data().gazetteer.settings;
    let best = rules.gazetteer().resolve(words).into_iter().next();
    best.is_some_and(|place| settings.trusts(&place) && rules.town_at(place.point).is_some())
}

/// The conversation as it was read, and what has become of it.
struct Change<'a> {
    before: &'a Conversation,
    version: i64,
    done: &'a Done,
}

async fn write(
    app: &App,
    kept: &Kept,
    pseudonym: Uuid,
    heard: &Heard,
    change: &Change<'_>,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let Done { after, words, submission } = change.done;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let conn = &mut *transaction;
    if messages::is_heard(&mut *conn, kept.message_id).await? {
        return Ok(());
    }
    if after != change.before {
        let sealed = seal(app, pseudonym, after)?;
        if !conversations::write(&mut *conn, pseudonym, change.version, &sealed, now).await? {
            return Ok(());
        }
        if after.draft.is_some() {
            let run_at = now + app.wechat.patience.remind_after;
            jobs::insert_for(&mut *conn, "remindWechat", &json!({ "pseudonym": pseudonym }), run_at, now)
                .await?;
        }
    }
    if let (Some((medium, wechat_id)), Some(draft)) = (&heard.medium, &after.draft)
        && draft.media.contains(medium)
    {
        let sealed = seal(app, medium.id, wechat_id)?;
        media::insert(&mut *conn, medium.id, pseudonym, draft.id, medium.kind, &sealed, now).await?;
    }
    match heard.input {
        Input::Left => people::follows(&mut *conn, pseudonym, false, now).await?,
        Input::Position(_) => {}
        // Whoever writes follows.
        _ => people::follows(&mut *conn, pseudonym, true, now).await?,
    }
    let mut waits = false;
    if let Some((confirmed, ready)) = submission {
        waits = *ready;
        let sealed = seal(app, confirmed.draft.id, confirmed)?;
        let answers = waits.then_some(kept.message_id);
        submissions::insert(&mut *conn, confirmed.draft.id, pseudonym, answers, &sealed, now).await?;
    }
    messages::heard(&mut *conn, kept.message_id, now).await?;
    if let Some(words) = words {
        let sealed = seal(app, kept.message_id, words)?;
        sayings::write(&mut *conn, kept.message_id, pseudonym, &sealed, false, now).await?;
    }
    if !waits {
        let saying_id = words.as_ref().map(|_| kept.message_id);
        messages::answered(&mut *conn, kept.message_id, saying_id, now).await?;
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}

impl Done {
    /// Nothing but words.
    pub(super) fn said(after: Conversation, then: Then) -> Self {
        let words = match then {
            Then::Say(words) => Some(words),
            _ => None,
        };
        Self { after, words, submission: None }
    }
}
