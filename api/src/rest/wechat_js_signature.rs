//! `GET /v1/wechat/js-signature`: what a page in WeChat's browser needs to use the JS-SDK.

use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::wechat::js_signature::js_signature as sign;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct JsSignatureQuery {
    /// Address of the page, below the public one.
    #[param(required = true, max_length = 2000)]
    pub url: Option<String>,
    /// Name of the account; may be left out where there is only one.
    pub account: Option<String>,
}

/// For `wx.config`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JsSignatureBody {
    pub app_id: String,
    /// Seconds since 1970.
    pub timestamp: i64,
    pub nonce_str: String,
    pub signature: String,
}

/// Signs the address of a page of this installation.
#[utoipa::path(get, path = "/v1/wechat/js-signature", tag = "wechat", params(JsSignatureQuery),
    responses((status = 200, body = JsSignatureBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn js_signature(
    state: web::Data<State>,
    query: web::Query<JsSignatureQuery>,
) -> Result<HttpResponse, Problem> {
    let Some(url) = query.url.as_deref() else {
        let fault = FieldError::new("/url", FieldCode::Missing, "请给出页面地址");
        return Err(Problem::from(Kind::Validation).with_errors(vec![fault]));
    };
    let signed = sign(&state.app, query.account.as_deref(), url, clock::now()).await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(JsSignatureBody {
        app_id: signed.appid,
        timestamp: signed.timestamp,
        nonce_str: signed.nonce,
        signature: signed.signature,
    }))
}
