//! Who somebody is: the codes that a 小程序 or a page in WeChat's browser gets, exchanged for ids.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::api::{ANSWER_LIMIT, ApiError, WechatApi, read};

/// A user of an account.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct WechatIdentity {
    /// Within this account.
    pub openid: String,
    /// The same in all accounts of one owner, where WeChat tells it.
    pub unionid: Option<String>,
}

impl fmt::Debug for WechatIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WechatIdentity(…)")
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PhoneInfo {
    pure_phone_number: String,
    country_code: String,
}

#[derive(Deserialize)]
struct RawPhone {
    phone_info: PhoneInfo,
}

impl WechatApi {
    /// Who a 小程序's `wx.login` was (`sns/jscode2session`). A code is good once and for five minutes.
    ///
    /// # Errors
    /// See [`ApiError`]; 40029 is a bad code, 40226 a user whom WeChat holds for dangerous.
    pub async fn identity_of_login(
        &self,
        appid: &str,
        secret: &SecretString,
        code: &str,
    ) -> Result<WechatIdentity, ApiError> {
        let query = [
            ("appid", appid),
            ("secret", secret.expose_secret()),
            ("js_code", code),
            ("grant_type", "authorization_code"),
        ];
        let request = self.http.client().get(self.url("sns/jscode2session")).query(&query);
        read(&self.http.answer(request, ANSWER_LIMIT).await?)
    }

    /// Who allowed a page in WeChat's browser to know it (`sns/oauth2/access_token`).
    ///
    /// # Errors
    /// See [`ApiError`]; 40029 and 40163 are bad codes.
    pub async fn identity_of_page(
        &self,
        appid: &str,
        secret: &SecretString,
        code: &str,
    ) -> Result<WechatIdentity, ApiError> {
        let query = [
            ("appid", appid),
            ("secret", secret.expose_secret()),
            ("code", code),
            ("grant_type", "authorization_code"),
        ];
        let request = self.http.client().get(self.url("sns/oauth2/access_token")).query(&query);
        read(&self.http.answer(request, ANSWER_LIMIT).await?)
    }

    /// The phone that WeChat has verified, by the code of a 小程序's button (`wxa/business/getuserphonenumber`); with `+` and
    /// the country unless that is China.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn phone(&self, token: &SecretString, code: &str) -> Result<String, ApiError> {
        let request = self
            .http
            .client()
            .post(self.url("wxa/business/getuserphonenumber"))
            .query(&[("access_token", token.expose_secret())])
            .json(&json!({ "code": code }));
        let RawPhone { phone_info } = read(&self.http.answer(request, ANSWER_LIMIT).await?)?;
        let PhoneInfo { pure_phone_number, country_code } = phone_info;
        Ok(if country_code == "86" {
            pure_phone_number
        } else {
            format!("+{country_code}{pure_phone_number}")
        })
    }
}
