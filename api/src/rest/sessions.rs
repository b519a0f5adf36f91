//! `POST /v1/sessions`: staff sign in; `POST /v1/sessions/refresh`: and go on.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::staff::Grant;
use jiekou_service::sign_in::{self, Credentials, Session};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::missing;
use crate::extract::{Fields, JsonBody};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct CredentialsBody {
    pub username: String,
    pub password: String,
    /// Six digits, where the account has a second factor, or a recovery code.
    pub totp: Option<String>,
    /// A password to have from now on; needed where the answer was `password-change-needed`.
    pub new_password: Option<String>,
}

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct RefreshBody {
    pub refresh_token: String,
}

/// A session. The access token goes into `Authorization: Bearer …`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionBody {
    pub session_id: Uuid,
    pub access_token: String,
    pub access_expires_at: DateTime<Utc>,
    /// Good for one use.
    pub refresh_token: String,
    pub refresh_expires_at: DateTime<Utc>,
    pub name: String,
    #[schema(value_type = Vec<Object>)]
    pub grants: Vec<Grant>,
    /// A second factor must be enrolled before anything else can be done; then the session is refreshed.
    pub second_factor_needed: bool,
}

impl From<Session> for SessionBody {
    fn from(session: Session) -> Self {
        Self {
            session_id: session.tokens.session_id,
            access_token: session.tokens.access_token,
            access_expires_at: session.tokens.access_expires_at,
            refresh_token: session.tokens.refresh_token,
            refresh_expires_at: session.tokens.refresh_expires_at,
            name: session.staff.name,
            grants: session.staff.grants,
            second_factor_needed: session.only_enrolling,
        }
    }
}

/// Signs in.
#[utoipa::path(post, path = "/v1/sessions", tag = "staff", request_body = CredentialsBody,
    responses((status = 201, body = SessionBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn sign_in(state: web::Data<State>, body: JsonBody) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let (username, password) = (fields.text("username"), fields.text("password"));
    let (code, new_password) = (fields.text("totp"), fields.text("newPassword"));
    let (Some(username), Some(password)) = (&username, &password) else {
        return Err(missing(
            fields.faults,
            &[("/username", username.is_none()), ("/password", password.is_none())],
        ));
    };
    if !fields.faults.is_empty() {
        return Err(missing(fields.faults, &[]));
    }
    state.sign_in_limit.pass(username)?;
    let given =
        Credentials { username, password, code: code.as_deref(), new_password: new_password.as_deref() };
    let session = sign_in::sign_in(&state.app, &given, clock::now()).await?;
    Ok(created(session))
}

/// Goes on with a refresh token.
#[utoipa::path(post, path = "/v1/sessions/refresh", tag = "staff", request_body = RefreshBody,
    responses((status = 201, body = SessionBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn refresh_session(state: web::Data<State>, body: JsonBody) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let token = fields.text("refreshToken");
    let token = token.ok_or_else(|| missing(fields.faults, &[("/refreshToken", true)]))?;
    Ok(created(sign_in::refresh(&state.app, &token, clock::now()).await?))
}

fn created(session: Session) -> HttpResponse {
    HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(SessionBody::from(session))
}
