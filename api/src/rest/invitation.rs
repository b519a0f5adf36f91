//! `POST /v1/invitations/acceptance`: somebody takes an account over, or sets a new password after a reset.

use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_service::invite_staff::accept_invitation as accept;
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::missing;
use crate::extract::{Fields, JsonBody};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body")]
pub struct AcceptanceBody {
    /// 32 hexadecimal letters; in the body, for addresses are written into logs.
    pub code: String,
    /// The password from now on.
    pub password: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedBody {
    /// The name to sign in with.
    pub username: String,
}

/// Sets the password of the account that the code is for. The code is good once.
#[utoipa::path(post, path = "/v1/invitations/acceptance", tag = "account", request_body = AcceptanceBody,
    responses((status = 200, body = AcceptedBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn accept_invitation(state: web::Data<State>, body: JsonBody) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let (code, password) = (fields.text("code"), fields.text("password"));
    let (Some(code), Some(password)) = (&code, &password) else {
        let absent = [("/code", code.is_none()), ("/password", password.is_none())];
        return Err(missing(fields.faults, &absent));
    };
    let username = accept(&state.app, code, password, clock::now()).await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(AcceptedBody { username }))
}
