//! `POST /v1/account/second-factor`, `…/confirmation` and `…/recovery-codes`: somebody enrols the own second factor.

use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_core::staff::RecoveryCode;
use jiekou_service::enrol_second_factor::{self as enrolment, Again};
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::missing;
use crate::extract::{Fields, JsonBody, OwnSession};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body")]
pub struct AgainBody {
    pub password: String,
    /// Code of the second factor that is enrolled now, or a recovery code.
    pub totp: Option<String>,
}

#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body")]
pub struct ConfirmationBody {
    /// Six digits of the secret that was shown.
    pub totp: String,
}

/// A secret for an authenticator app, shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferBody {
    /// Base32.
    pub secret: String,
    /// `otpauth://…`, for a QR code.
    pub uri: String,
}

/// Recovery codes, shown once; each stands in for a code of the second factor once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodesBody {
    pub recovery_codes: Vec<String>,
}

/// Makes a secret. It is good once it is confirmed within 15 minutes.
#[utoipa::path(post, path = "/v1/account/second-factor", tag = "account", request_body = AgainBody, security(("staff" = [])),
    responses((status = 201, body = OfferBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn offer_second_factor(
    state: web::Data<State>,
    caller: OwnSession,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let (password, code) = again(&state, &caller, &body)?;
    let again = Again { password: &password, code: code.as_deref() };
    let offer = enrolment::offer(&state.app, &caller.0, again, clock::now()).await?;
    let body = OfferBody { secret: offer.secret, uri: offer.uri };
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(body))
}

/// Enrols the secret by a code of it. All other sessions of the caller end; a session that could only enrol can do
/// everything once it is refreshed.
#[utoipa::path(post, path = "/v1/account/second-factor/confirmation", tag = "account", request_body = ConfirmationBody, security(("staff" = [])),
    responses((status = 201, body = RecoveryCodesBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn confirm_second_factor(
    state: web::Data<State>,
    caller: OwnSession,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let code = fields.text("totp").ok_or_else(|| missing(fields.faults, &[("/totp", true)]))?;
    state.sign_in_limit.pass(&caller.0.staff.staff_id.to_string())?;
    Ok(codes(enrolment::confirm(&state.app, &caller.0, &code, clock::now()).await?))
}

/// Gives new recovery codes in the place of all earlier ones.
#[utoipa::path(post, path = "/v1/account/second-factor/recovery-codes", tag = "account", request_body = AgainBody, security(("staff" = [])),
    responses((status = 201, body = RecoveryCodesBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn renew_recovery_codes(
    state: web::Data<State>,
    caller: OwnSession,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let (password, code) = again(&state, &caller, &body)?;
    let again = Again { password: &password, code: code.as_deref() };
    Ok(codes(enrolment::renew_recovery_codes(&state.app, &caller.0, again, clock::now()).await?))
}

fn again(state: &State, caller: &OwnSession, body: &JsonBody) -> Result<(String, Option<String>), Problem> {
    let mut fields = Fields::new(&body.object);
    let (password, code) = (fields.text("password"), fields.text("totp"));
    let Some(password) = password.filter(|_| fields.faults.is_empty()) else {
        return Err(missing(fields.faults, &[("/password", !body.object.contains_key("password"))]));
    };
    state.sign_in_limit.pass(&caller.0.staff.staff_id.to_string())?;
    Ok((password, code))
}

fn codes(codes: Vec<RecoveryCode>) -> HttpResponse {
    let body = RecoveryCodesBody { recovery_codes: codes.iter().map(RecoveryCode::reveal).collect() };
    HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(body)
}
