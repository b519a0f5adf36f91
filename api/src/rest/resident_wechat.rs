//! `POST /v1/residents/wechat-sessions`: signing in with WeChat.

use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_service::wechat::sign_in::{WechatCodes, sign_in};
use utoipa::ToSchema;

use super::resident_sign_in::{ResidentSessionBody, created};
use super::shapes::missing;
use crate::extract::{Fields, JsonBody};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

/// What WeChat gave to the 小程序 or page.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct WechatCodeBody {
    /// Name of the account; may be left out where there is only one.
    pub account: Option<String>,
    /// Of `wx.login`, or of 网页授权.
    #[schema(max_length = 256)]
    pub code: String,
    /// Of the button by which a 小程序 asks for the phone; it links the account of that phone.
    #[schema(max_length = 256)]
    pub phone_code: Option<String>,
    /// Of a page (公众号), where it must be given: the `state` that WeChat gave back with the code. It is the SHA-256 of the
    /// verifier in hexadecimal digits.
    #[schema(min_length = 64, max_length = 64)]
    pub state: Option<String>,
    /// Of a page: the random characters that it made before it went to WeChat, and told nobody.
    #[schema(min_length = 43, max_length = 128)]
    pub verifier: Option<String>,
}

/// Signs in with WeChat. Whoever has no account gets one; reports sent to the 公众号 become the account's.
#[utoipa::path(post, path = "/v1/residents/wechat-sessions", tag = "residents", request_body = WechatCodeBody,
    responses((status = 201, body = ResidentSessionBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn sign_in_by_wechat(state: web::Data<State>, body: JsonBody) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let (account, code, phone_code) = (fields.text("account"), fields.text("code"), fields.text("phoneCode"));
    let (given_back, verifier) = (fields.text("state"), fields.text("verifier"));
    let Some(code) = code else { return Err(missing(fields.faults, &[("/code", true)])) };
    if !fields.faults.is_empty() {
        return Err(missing(fields.faults, &[]));
    }
    let codes = WechatCodes {
        account: account.as_deref(),
        code: &code,
        phone_code: phone_code.as_deref(),
        state: given_back.as_deref(),
        verifier: verifier.as_deref(),
    };
    Ok(created(sign_in(&state.app, codes, clock::now()).await?))
}
