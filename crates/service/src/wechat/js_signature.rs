//! The signature by which a page of ours may use WeChat's JS-SDK.

use chrono::{DateTime, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_partner::wechat::js_signature as sign;
use secrecy::ExposeSecret;
use tracing::{instrument, warn};
use uuid::Uuid;

use crate::{App, ServiceError};

/// What the page hands to `wx.config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsSignature {
    pub appid: String,
    /// Seconds since 1970.
    pub timestamp: i64,
    pub nonce: String,
    pub signature: String,
}

/// Signs the address of a page below the public one, for the named account or the only one.
///
/// # Errors
/// An address that is none of ours; [`ServiceError::NoWechatAccount`]; [`ServiceError::WechatUnavailable`].
#[instrument(level = "debug", name = "js_signature", skip_all)]
pub async fn js_signature(
    app: &App,
    account: Option<&str>,
    url: &str,
    now: DateTime<Utc>,
) -> Result<JsSignature, ServiceError> {
    let account = app.wechat.account_or_only(account).ok_or(ServiceError::NoWechatAccount)?;
    let below = url.strip_prefix(&app.public_url);
    let ours = below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
    if !ours || url.len() > 2_000 {
        let detail = format!("只能为 {} 下的页面签名", app.public_url);
        return Err(ServiceError::field(FieldError::new("/url", FieldCode::NotAllowed, detail)));
    }
    let ticket = app.wechat.js_ticket(account).await.map_err(|error| {
        warn!(error = %error, "there is no ticket to sign with");
        ServiceError::WechatUnavailable
    })?;
    let (timestamp, nonce) = (now.timestamp(), Uuid::new_v4().simple().to_string());
    let signature = sign(ticket.expose_secret(), &nonce, timestamp, url);
    Ok(JsSignature { appid: account.account.appid.clone(), timestamp, nonce, signature })
}
