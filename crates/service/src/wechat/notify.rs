//! A step of a case is told to a reporter by WeChat, in whichever way reaches them: a template message, words within two
//! days of their last, or a subscription message they have allowed.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use jiekou_core::clock::local::local;
use jiekou_core::report::{TrackingCode, WechatContact};
use jiekou_partner::wechat::{
    ApiError, REPLY_BYTES, Remedy, SubscriptionMessage, TemplateMessage, cut_to_bytes,
};
use jiekou_store::people::contacts;
use jiekou_store::wechat::notices;
use jiekou_store::wechat::people::{self, WechatPerson};
use jiekou_store::work::deliveries::Delivery;
use tracing::{error, instrument, warn};

use super::WechatAccount;
use crate::tell_reporters::{Notice, notice_of};
use crate::{App, ServiceError};

/// For so long after somebody did something words may be sent to them.
const WINDOW: Duration = Duration::hours(48);

/// What a template's value says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeField {
    /// 已受理
    Title,
    /// The tracking code.
    Code,
    /// The words of the step.
    Words,
    /// The center that answers for it.
    Center,
    /// The moment it is sent.
    Time,
}

impl NoticeField {
    /// The field of this name in the configuration.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "title" => Some(Self::Title),
            "code" => Some(Self::Code),
            "words" => Some(Self::Words),
            "center" => Some(Self::Center),
            "time" => Some(Self::Time),
            _ => None,
        }
    }
}

/// A template and what its values say, by their names.
#[derive(Debug, Clone)]
pub struct NoticeTemplate {
    pub id: String,
    pub data: Vec<(String, NoticeField)>,
}

/// The templates of an account.
#[derive(Debug, Clone, Default)]
pub struct NoticeTemplates {
    /// 模板消息: reaches every follower.
    pub template: Option<NoticeTemplate>,
    /// 订阅通知: reaches whoever allowed it, once for each consent.
    pub subscription: Option<NoticeTemplate>,
    /// 长期订阅: one consent is good for all messages.
    pub long_term: bool,
}

/// What came of telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Taken,
    /// It never will be.
    Refused(&'static str),
    /// Not now.
    Again(&'static str),
}

/// The ways to a reporter.
enum Kind {
    Template,
    Words,
    Subscription,
}

/// What came of one way.
enum Way {
    Taken,
    /// The next way; with the reason, unless this one was never open.
    Next(Option<&'static str>),
    Again(&'static str),
}

/// Everything that one notice needs.
struct Telling<'a> {
    app: &'a App,
    account: &'a WechatAccount,
    delivery: &'a Delivery,
    notice: &'a Notice,
    contact: &'a WechatContact,
    person: &'a WechatPerson,
    now: DateTime<Utc>,
}

/// Tells the reporter of a delivery.
///
/// # Errors
/// When the contact does not open, or the rulebook has no words for the step; storage.
#[instrument(level = "debug", name = "notify", skip_all)]
pub async fn notify(app: &App, delivery: &Delivery, now: DateTime<Utc>) -> Result<Told, ServiceError> {
    let nobody = Ok(Told::Refused("there is nobody to send it to"));
    let (Some(pseudonym), Some(key_id), Some(sealed)) =
        (delivery.pseudonym, &delivery.key_id, &delivery.sealed)
    else {
        return nobody;
    };
    let Some(contact) = contacts::open(&app.vault, pseudonym, key_id, sealed)?.wechat else { return nobody };
    let Some(person) = people::find(&app.pool, pseudonym).await? else { return nobody };
    let Some(notice) = notice_of(app, delivery)? else { return nobody };
    if person.unsubscribed_at.is_some() {
        return Ok(Told::Refused("they follow the account no longer"));
    }
    let Some(account) = app.wechat.account(&contact.account) else {
        return Ok(Told::Refused("the account is configured no more"));
    };
    let telling =
        Telling { app, account, delivery, notice: &notice, contact: &contact, person: &person, now };
    let mut reason = None;
    // The template first: WeChat knows a second attempt by its id. A consent last, for it is used up.
    for kind in [Kind::Template, Kind::Words, Kind::Subscription] {
        let way = match kind {
            Kind::Template => telling.by_template().await?,
            Kind::Words => telling.by_words().await?,
            Kind::Subscription => telling.by_subscription().await?,
        };
        match way {
            Way::Taken => return Ok(Told::Taken),
            Way::Again(why) => return Ok(Told::Again(why)),
            Way::Next(why) => reason = why.or(reason),
        }
    }
    Ok(Told::Refused(reason.unwrap_or("WeChat lets nothing through now")))
}

impl Telling<'_> {
    fn link(&self) -> String {
        format!("{}/track/{}", self.app.public_url, self.notice.code)
    }

    fn values(&self, template: &NoticeTemplate) -> BTreeMap<String, String> {
        let value = |field: &NoticeField| match field {
            NoticeField::Title => self.notice.title.clone(),
            NoticeField::Code => grouped(&self.notice.code),
            NoticeField::Words => self.notice.words.clone(),
            NoticeField::Center => self.notice.center.clone(),
            NoticeField::Time => local(self.now).format("%Y年%-m月%-d日 %H:%M").to_string(),
        };
        template.data.iter().map(|(name, field)| (name.clone(), value(field))).collect()
    }

    async fn by_template(&self) -> Result<Way, ServiceError> {
        let Some(template) = &self.account.templates.template else {
            return Ok(Way::Next(None));
        };
        let message = &TemplateMessage {
            openid: self.contact.openid.clone(),
            template_id: template.id.clone(),
            url: self.link(),
            client_msg_id: self.delivery.delivery_id.simple().to_string(),
            data: self.values(template),
        };
        let account = self.account;
        let sent = self
            .app
            .wechat
            .with_token(account, |token| async move { account.api.send_template(&token, message).await });
        match sent.await {
            Ok(wechat_id) => self.taken(&wechat_id).await,
            Err(failure) => Ok(self.failed(&failure)),
        }
    }

    async fn by_words(&self) -> Result<Way, ServiceError> {
        if self.now >= self.person.acted_at + WINDOW {
            return Ok(Way::Next(Some("they did nothing for two days")));
        }
        let Notice { title, words, code, .. } = self.notice;
        let words = format!("【{title}】{words}\n查询码：{}\n{}", grouped(code), self.link());
        let words = cut_to_bytes(&words, REPLY_BYTES);
        let (account, openid, words) = (self.account, self.contact.openid.as_str(), words.as_str());
        let sent = self
            .app
            .wechat
            .with_token(account, |token| async move { account.api.send_text(&token, openid, words).await });
        match sent.await {
            Ok(()) => Ok(Way::Taken),
            Err(failure) => Ok(self.failed(&failure)),
        }
    }

    async fn by_subscription(&self) -> Result<Way, ServiceError> {
        let Some(template) = &self.account.templates.subscription else {
            return Ok(Way::Next(None));
        };
        let pool = &self.app.pool;
        let allowed = notices::use_permission(pool, self.person.pseudonym, &template.id).await?;
        if !allowed {
            return Ok(Way::Next(Some("they have allowed no more messages")));
        }
        let message = &SubscriptionMessage {
            openid: self.contact.openid.clone(),
            template_id: template.id.clone(),
            page: self.link(),
            data: self.values(template),
        };
        let account = self.account;
        let sent = self
            .app
            .wechat
            .with_token(account, |token| async move { account.api.send_subscription(&token, message).await });
        match sent.await {
            Ok(wechat_id) => {
                if self.account.templates.long_term {
                    self.allow(&template.id, true).await?;
                }
                self.taken(&wechat_id).await
            }
            Err(failure) => {
                // Refused, or used up elsewhere: none of the consents is good.
                let is_refusal = failure.remedy() == Remedy::NotAllowed;
                self.allow(&template.id, !is_refusal).await?;
                Ok(self.failed(&failure))
            }
        }
    }

    async fn allow(&self, template_id: &str, allowed: bool) -> Result<(), ServiceError> {
        let mut connection = self.app.pool.acquire().await.map_err(jiekou_store::StoreError::from)?;
        Ok(notices::allow(&mut connection, self.person.pseudonym, template_id, allowed).await?)
    }

    async fn taken(&self, wechat_id: &str) -> Result<Way, ServiceError> {
        if !wechat_id.is_empty() {
            let (pool, id) = (&self.app.pool, self.delivery.delivery_id);
            notices::sent(pool, &self.account.name, wechat_id, id, self.now).await?;
        }
        Ok(Way::Taken)
    }

    fn failed(&self, failure: &ApiError) -> Way {
        match failure.remedy() {
            Remedy::Later | Remedy::NewToken | Remedy::Tomorrow => {
                warn!(error = %failure, delivery.id = %self.delivery.delivery_id, "a notice will be sent again");
                Way::Again("WeChat did not take it yet")
            }
            Remedy::OtherWay => Way::Next(Some("WeChat lets nothing through now")),
            Remedy::NotAllowed => Way::Next(Some("they have allowed no more messages")),
            Remedy::Operator => {
                error!(error = %failure, wechat.account = self.account.name, "the account is configured wrongly");
                Way::Next(Some("the account may not send"))
            }
            Remedy::MediaLost | Remedy::Never => {
                warn!(error = %failure, delivery.id = %self.delivery.delivery_id, "a notice is refused");
                Way::Next(Some("WeChat refused it"))
            }
        }
    }
}

fn grouped(code: &str) -> String {
    TrackingCode::parse(code).map_or_else(|_stored| code.to_owned(), |code| code.grouped())
}
