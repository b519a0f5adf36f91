//! The client of WeChat's interface. What a token is for, and who fetches it, is not its business.

use std::time::Duration;

use bytes::Bytes;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::error_code::{ErrorCode, Remedy};
use super::notice::{SubscriptionMessage, TemplateMessage};
use crate::{Http, HttpAnswer, HttpError};

/// Most bytes of an answer that is no media.
pub(super) const ANSWER_LIMIT: usize = 64 * 1024;

/// Why a call brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error(transparent)]
    Http(#[from] HttpError),
    /// WeChat refused.
    #[error("WeChat refused: {0}")]
    Refused(ErrorCode),
    #[error("WeChat answered with status {0}")]
    Status(u16),
    #[error("WeChat's answer cannot be read")]
    Unreadable,
}

impl ApiError {
    /// What to do about it. An answer that never came, or that no server of WeChat's own gives, may come later.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Refused(code) => code.remedy(),
            Self::Http(HttpError::TooLong(_)) => Remedy::Never,
            Self::Http(HttpError::NotSent | HttpError::Unknown | HttpError::Client(_))
            | Self::Status(_)
            | Self::Unreadable => Remedy::Later,
        }
    }
}

/// A token, or a ticket, and how long it is good.
#[derive(Debug, Clone)]
pub struct Token {
    pub value: SecretString,
    pub good_for: Duration,
}

/// What a user sent.
#[derive(Debug, Clone)]
pub struct Media {
    pub content_type: String,
    pub bytes: Bytes,
}

/// The interface at one base address.
#[derive(Debug, Clone)]
pub struct WechatApi {
    pub(super) http: Http,
    base: String,
}

#[derive(Deserialize)]
struct RawToken {
    access_token: SecretString,
    expires_in: u64,
}

#[derive(Deserialize)]
struct RawTicket {
    ticket: SecretString,
    expires_in: u64,
}

#[derive(Deserialize)]
struct Verdict {
    #[serde(default)]
    errcode: i64,
}

#[derive(Deserialize)]
struct RawSent {
    #[serde(default)]
    msgid: Value,
}

impl WechatApi {
    /// `base` is `https://api.weixin.qq.com`, or a server that speaks like it.
    #[must_use]
    pub fn new(http: Http, base: &str) -> Self {
        Self { http, base: base.trim_end_matches('/').to_owned() }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// A token that leaves the one before good for a while (`cgi-bin/stable_token`, never forced).
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn stable_token(&self, appid: &str, secret: &SecretString) -> Result<Token, ApiError> {
        let body = json!({
            "grant_type": "client_credential", "appid": appid, "secret": secret.expose_secret(), "force_refresh": false,
        });
        let request = self.http.client().post(self.url("cgi-bin/stable_token")).json(&body);
        let raw: RawToken = read(&self.http.answer(request, ANSWER_LIMIT).await?)?;
        Ok(Token { value: raw.access_token, good_for: Duration::from_secs(raw.expires_in) })
    }

    /// The ticket that JS-SDK signatures are made with.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn js_ticket(&self, token: &SecretString) -> Result<Token, ApiError> {
        let query = [("access_token", token.expose_secret()), ("type", "jsapi")];
        let request = self.http.client().get(self.url("cgi-bin/ticket/getticket")).query(&query);
        let raw: RawTicket = read(&self.http.answer(request, ANSWER_LIMIT).await?)?;
        Ok(Token { value: raw.ticket, good_for: Duration::from_secs(raw.expires_in) })
    }

    /// Asks something small that every account may ask (获取微信API接口IP地址), to know whether WeChat is there for it.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn ping(&self, token: &SecretString) -> Result<(), ApiError> {
        let query = [("access_token", token.expose_secret())];
        let request = self.http.client().get(self.url("cgi-bin/get_api_domain_ip")).query(&query);
        read::<Value>(&self.http.answer(request, ANSWER_LIMIT).await?).map(|_addresses| ())
    }

    /// What a user sent, at most `limit` bytes. An error comes with status 200 and as JSON where bytes are due; a video as
    /// the address it lies at.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn media(&self, token: &SecretString, media_id: &str, limit: usize) -> Result<Media, ApiError> {
        let query = [("access_token", token.expose_secret()), ("media_id", media_id)];
        let request = self.http.client().get(self.url("cgi-bin/media/get")).query(&query);
        let answer = self.http.answer(request, limit).await?;
        match video_url(&answer)? {
            Some(url) => media_of(self.http.answer(self.http.client().get(url), limit).await?),
            None => media_of(answer),
        }
    }

    /// Words to a user who did something within two days (客服消息).
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn send_text(&self, token: &SecretString, openid: &str, words: &str) -> Result<(), ApiError> {
        let body = json!({ "touser": openid, "msgtype": "text", "text": { "content": words } });
        self.send(token, "cgi-bin/message/custom/send", &body).await.map(|_| ())
    }

    /// A template message; returns the id that the event about its end names.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn send_template(
        &self,
        token: &SecretString,
        message: &TemplateMessage,
    ) -> Result<String, ApiError> {
        self.send(token, "cgi-bin/message/template/send", &message.body()).await
    }

    /// A subscription message of a 公众号.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn send_subscription(
        &self,
        token: &SecretString,
        message: &SubscriptionMessage,
    ) -> Result<String, ApiError> {
        self.send(token, "cgi-bin/message/subscribe/bizsend", &message.body()).await
    }

    /// Posts and returns the message's id, empty where there is none.
    async fn send(&self, token: &SecretString, path: &str, body: &Value) -> Result<String, ApiError> {
        // As text, for WeChat shows escaped Chinese as it stands there.
        let text = serde_json::to_string(body).map_err(|_never| ApiError::Unreadable)?;
        let request = self
            .http
            .client()
            .post(self.url(path))
            .query(&[("access_token", token.expose_secret())])
            .header(reqwest::header::CONTENT_TYPE, "application/json; charset=utf-8")
            .body(text);
        let sent: RawSent = read(&self.http.answer(request, ANSWER_LIMIT).await?)?;
        Ok(match sent.msgid {
            Value::String(id) => id,
            Value::Number(id) => id.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
        })
    }
}

/// The answer as `T`, unless it is a refusal.
pub(super) fn read<T: DeserializeOwned>(answer: &HttpAnswer) -> Result<T, ApiError> {
    if !answer.status.is_success() {
        return Err(ApiError::Status(answer.status.as_u16()));
    }
    refusal(&answer.body)?;
    serde_json::from_slice(&answer.body).map_err(|_unshown| ApiError::Unreadable)
}

/// The refusal that an answer is, if it is one.
fn refusal(body: &[u8]) -> Result<(), ApiError> {
    match serde_json::from_slice::<Verdict>(body) {
        Ok(Verdict { errcode }) if errcode != 0 => Err(ApiError::Refused(ErrorCode(errcode))),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn is_words(answer: &HttpAnswer) -> bool {
    answer.content_type.ends_with("json") || answer.content_type.starts_with("text/")
}

/// Where a video lies, if the answer says so.
fn video_url(answer: &HttpAnswer) -> Result<Option<String>, ApiError> {
    #[derive(Deserialize)]
    struct RawVideo {
        video_url: Option<String>,
    }
    if !answer.status.is_success() {
        return Err(ApiError::Status(answer.status.as_u16()));
    }
    if !is_words(answer) && answer.body.first() != Some(&b'{') {
        return Ok(None);
    }
    refusal(&answer.body)?;
    let video: RawVideo = serde_json::from_slice(&answer.body).map_err(|_words| ApiError::Unreadable)?;
    let url = video.video_url.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    url.map(Some).ok_or(ApiError::Unreadable)
}

fn media_of(answer: HttpAnswer) -> Result<Media, ApiError> {
    if !answer.status.is_success() {
        return Err(ApiError::Status(answer.status.as_u16()));
    }
    if is_words(&answer) {
        refusal(&answer.body)?;
        return Err(ApiError::Unreadable);
    }
    Ok(Media { content_type: answer.content_type, bytes: answer.body })
}
