//! `GET /v1/residents/sessions`: a resident's own sessions; `DELETE /v1/residents/sessions` and
//! `DELETE /v1/residents/sessions/{sessionId}`: signing out.

use actix_web::{HttpResponse, web};
use jiekou_service::own_sessions::SignOut;

use super::session_list::{self, SessionListBody};
use crate::extract::OwnResidentSession;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

/// The resident's sessions, the last used first.
#[utoipa::path(get, path = "/v1/residents/sessions", tag = "residents", security(("resident" = [])),
    responses((status = 200, body = SessionListBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list_resident_sessions(
    state: web::Data<State>,
    OwnResidentSession(caller): OwnResidentSession,
) -> Result<HttpResponse, Problem> {
    session_list::list(&state, caller.session()).await
}

/// Signs the resident out everywhere.
#[utoipa::path(delete, path = "/v1/residents/sessions", tag = "residents", security(("resident" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn sign_resident_out_everywhere(
    state: web::Data<State>,
    OwnResidentSession(caller): OwnResidentSession,
) -> Result<HttpResponse, Problem> {
    session_list::end(&state, caller.session(), SignOut::Everywhere).await
}

/// Signs the resident out: of this session (`current`), or of another one of theirs.
#[utoipa::path(delete, path = "/v1/residents/sessions/{sessionId}", tag = "residents", security(("resident" = [])),
    params(("sessionId" = String, Path, description = "`current`, or the id of a session of the caller's")),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn sign_resident_out(
    state: web::Data<State>,
    OwnResidentSession(caller): OwnResidentSession,
    session: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    session_list::end(&state, caller.session(), session_list::named(&session)?).await
}
