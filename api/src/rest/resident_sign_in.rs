//! `POST /v1/residents/sign-in-codes`: a code for a phone; `POST /v1/residents/sessions`: signing in with it;
//! `POST /v1/residents/sessions/refresh`: and going on.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::resident::{CodePurpose, MobilePhone};
use jiekou_service::ask_for_code::{CodeAnnounced, ask_for_code as ask};
use jiekou_service::sign_in_resident::{self, PresentedCode, ResidentSession};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::sessions::RefreshBody;
use super::shapes::missing;
use crate::extract::{Address, Fields, JsonBody};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct PhoneBody {
    /// A mobile number of the mainland, with +86 or without.
    #[schema(example = "13912345678")]
    pub phone: String,
}

/// A code is on its way, if the phone takes messages. The answer is the same for every phone.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeAnnouncedBody {
    /// How long it is good.
    pub expires_in_seconds: i64,
    /// The code is good together with this only: whoever asked sends it back with the code, and tells it to nobody.
    #[schema(example = "0f6a3c52d1e84b97a6c0d3e5f7081920")]
    pub request_secret: String,
}

impl From<&CodeAnnounced> for CodeAnnouncedBody {
    fn from(announced: &CodeAnnounced) -> Self {
        Self {
            expires_in_seconds: announced.life.num_seconds(),
            request_secret: announced.secret.reveal().to_owned(),
        }
    }
}

/// The answer to whoever asked for a code.
pub(super) fn announce(announced: &CodeAnnounced) -> HttpResponse {
    HttpResponse::Accepted()
        .insert_header(("Cache-Control", "no-store"))
        .json(CodeAnnouncedBody::from(announced))
}

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct PhoneCodeBody {
    #[schema(example = "13912345678")]
    pub phone: String,
    /// Six digits.
    #[schema(example = "123456")]
    pub code: String,
    /// What the answer to asking for the code said; without it no code is right.
    #[schema(example = "0f6a3c52d1e84b97a6c0d3e5f7081920")]
    pub request_secret: String,
}

/// A resident's session. The access token goes into `Authorization: Bearer …`; it is good for nothing of staff.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResidentSessionBody {
    /// The pseudonym of the account.
    pub resident_id: Uuid,
    pub session_id: Uuid,
    pub access_token: String,
    pub access_expires_at: DateTime<Utc>,
    /// Good for one use.
    pub refresh_token: String,
    pub refresh_expires_at: DateTime<Utc>,
}

impl From<ResidentSession> for ResidentSessionBody {
    fn from(ResidentSession { tokens, resident }: ResidentSession) -> Self {
        Self {
            resident_id: resident.resident_id,
            session_id: tokens.session_id,
            access_token: tokens.access_token,
            access_expires_at: tokens.access_expires_at,
            refresh_token: tokens.refresh_token,
            refresh_expires_at: tokens.refresh_expires_at,
        }
    }
}

/// Sends a code to a phone. An earlier code is good no more.
#[utoipa::path(post, path = "/v1/residents/sign-in-codes", tag = "residents", request_body = PhoneBody,
    responses((status = 202, body = CodeAnnouncedBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn ask_for_code(
    state: web::Data<State>,
    Address(address): Address,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let phone = fields.text("phone");
    let phone = phone.ok_or_else(|| missing(fields.faults, &[("/phone", true)]))?;
    brake(&state, &phone)?;
    let announced = ask(&state.app, &phone, CodePurpose::SignIn, &address.to_string(), clock::now()).await?;
    Ok(announce(&announced))
}

/// Signs in with the code that was sent last, for the request that the secret is of. Reports that were sent earlier with this phone as contact become the
/// account's.
#[utoipa::path(post, path = "/v1/residents/sessions", tag = "residents", request_body = PhoneCodeBody,
    responses((status = 201, body = ResidentSessionBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn sign_in_resident(state: web::Data<State>, body: JsonBody) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let (phone, code, secret) = (fields.text("phone"), fields.text("code"), fields.text("requestSecret"));
    let (Some(phone), Some(code)) = (&phone, &code) else {
        return Err(missing(fields.faults, &[("/phone", phone.is_none()), ("/code", code.is_none())]));
    };
    if !fields.faults.is_empty() {
        return Err(missing(fields.faults, &[]));
    }
    brake(&state, phone)?;
    let presented = PresentedCode { code, secret: secret.as_deref() };
    Ok(created(sign_in_resident::sign_in(&state.app, phone, presented, clock::now()).await?))
}

/// Goes on with a refresh token of a resident.
#[utoipa::path(post, path = "/v1/residents/sessions/refresh", tag = "residents", request_body = RefreshBody,
    responses((status = 201, body = ResidentSessionBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn refresh_resident(state: web::Data<State>, body: JsonBody) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let token = fields.text("refreshToken");
    let token = token.ok_or_else(|| missing(fields.faults, &[("/refreshToken", true)]))?;
    Ok(created(sign_in_resident::refresh(&state.app, &token, clock::now()).await?))
}

/// One phone is named so often and no more, however it is written.
fn brake(state: &State, phone: &str) -> Result<(), Problem> {
    MobilePhone::parse(phone).map_or(Ok(()), |phone| state.phone_limit.pass(&phone.e164()))
}

pub(super) fn created(session: ResidentSession) -> HttpResponse {
    HttpResponse::Created()
        .insert_header(("Cache-Control", "no-store"))
        .json(ResidentSessionBody::from(session))
}
