//! `POST /v1/account/password`: somebody changes the own password.

use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_service::change_password::change_password as change;
use utoipa::ToSchema;

use super::shapes::missing;
use crate::extract::{Fields, JsonBody, OwnSession};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct PasswordBody {
    /// The one that is good now.
    pub password: String,
    pub new_password: String,
}

/// Changes the caller's password and ends the caller's other sessions.
#[utoipa::path(post, path = "/v1/account/password", tag = "account", request_body = PasswordBody, security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn change_password(
    state: web::Data<State>,
    caller: OwnSession,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let (password, new_password) = (fields.text("password"), fields.text("newPassword"));
    let (Some(password), Some(new_password)) = (&password, &new_password) else {
        let absent = [("/password", password.is_none()), ("/newPassword", new_password.is_none())];
        return Err(missing(fields.faults, &absent));
    };
    state.sign_in_limit.pass(&caller.0.staff.staff_id.to_string())?;
    change(&state.app, &caller.0, password, new_password, clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}
