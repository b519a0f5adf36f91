//! Words to a person, by a message of their own (客服消息).

use chrono::{DateTime, Duration, Utc};
use jiekou_partner::wechat::{REPLY_BYTES, Remedy, cut_to_bytes};
use jiekou_store::wechat::people;
use jiekou_store::wechat::sayings::{self, SayingEnd};
use tracing::{error, instrument, warn};
use uuid::Uuid;

use super::person::{open, reach};
use crate::{App, ServiceError};

/// For so long after somebody did something words may be sent to them.
const WINDOW: Duration = Duration::hours(48);

/// Says what is waiting to be said; what was said already is not said again.
///
/// # Errors
/// [`ServiceError::WechatUnavailable`] when it is to be tried again; storage.
#[instrument(level = "debug", name = "say", skip_all)]
pub async fn say(app: &App, saying_id: Uuid, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let saying = sayings::find(&app.pool, saying_id).await?;
    let Some(saying) = saying.filter(|saying| saying.state == "waiting") else { return Ok(()) };
    let words: String = open(app, saying_id, saying.key_id, saying.sealed)?;
    let end = match to_person(app, saying.pseudonym, &words, now).await? {
        Ok(()) => SayingEnd::Sent,
        Err(reason) => SayingEnd::Refused(reason),
    };
    Ok(sayings::end(&app.pool, saying_id, end, now).await?)
}

/// Sends words to a person, or says why they cannot be reached this way.
async fn to_person(
    app: &App,
    pseudonym: Uuid,
    words: &str,
    now: DateTime<Utc>,
) -> Result<Result<(), &'static str>, ServiceError> {
    let Some(person) = people::find(&app.pool, pseudonym).await? else { return Ok(Err("nobody is known")) };
    if person.unsubscribed_at.is_some() {
        return Ok(Err("they follow the account no longer"));
    }
    if now >= person.acted_at + WINDOW {
        return Ok(Err("they did nothing for two days"));
    }
    let Some(contact) = reach(app, pseudonym).await? else { return Ok(Err("nobody is known")) };
    let Some(account) = app.wechat.account(&contact.account) else {
        return Ok(Err("the account is configured no more"));
    };
    let words = cut_to_bytes(words, REPLY_BYTES);
    let (openid, words) = (contact.openid.as_str(), words.as_str());
    let sent = app
        .wechat
        .with_token(account, |token| async move { account.api.send_text(&token, openid, words).await });
    match sent.await {
        Ok(()) => Ok(Ok(())),
        Err(failure) => match failure.remedy() {
            Remedy::Later | Remedy::NewToken | Remedy::Tomorrow => {
                warn!(error = %failure, "words to a person will be sent again");
                Err(ServiceError::WechatUnavailable)
            }
            Remedy::OtherWay => Ok(Err("WeChat lets no words through now")),
            Remedy::NotAllowed => Ok(Err("they refuse messages")),
            Remedy::Operator => {
                error!(error = %failure, wechat.account = account.name, "the account is configured wrongly");
                Ok(Err("the account may not send"))
            }
            Remedy::MediaLost | Remedy::Never => {
                warn!(error = %failure, "words to a person cannot be sent");
                Ok(Err("WeChat refused it"))
            }
        },
    }
}
