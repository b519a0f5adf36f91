//! `GET /v1/sessions`: one's own sessions; `DELETE /v1/sessions` and `DELETE /v1/sessions/{sessionId}`: signing out.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::own_sessions::{self, SignOut};
use jiekou_service::tokens::HeldSession;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::OwnSession;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionListBody {
    pub sessions: Vec<OpenSessionBody>,
}

/// A session that goes on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenSessionBody {
    pub session_id: Uuid,
    pub started_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    /// The one that asks.
    pub current: bool,
}

/// The caller's sessions, the last used first.
#[utoipa::path(get, path = "/v1/sessions", tag = "account", security(("staff" = [])),
    responses((status = 200, body = SessionListBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list_sessions(state: web::Data<State>, caller: OwnSession) -> Result<HttpResponse, Problem> {
    list(&state, caller.0.session()).await
}

/// The sessions of whoever holds this one.
pub(super) async fn list(state: &State, caller: HeldSession) -> Result<HttpResponse, Problem> {
    let open = own_sessions::list(&state.app, caller, clock::now()).await?;
    let sessions = open.into_iter().map(|it| OpenSessionBody {
        current: it.session_id == caller.session_id,
        session_id: it.session_id,
        started_at: it.started_at,
        last_used_at: it.last_used_at,
    });
    let body = SessionListBody { sessions: sessions.collect() };
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(body))
}

/// Signs out everywhere: all sessions of the caller end, and within seconds all their access tokens.
#[utoipa::path(delete, path = "/v1/sessions", tag = "account", security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn sign_out_everywhere(
    state: web::Data<State>,
    caller: OwnSession,
) -> Result<HttpResponse, Problem> {
    end(&state, caller.0.session(), SignOut::Everywhere).await
}

/// Signs out: of this session (`current`), or of another one of the caller's.
#[utoipa::path(delete, path = "/v1/sessions/{sessionId}", tag = "account", security(("staff" = [])),
    params(("sessionId" = String, Path, description = "`current`, or the id of a session of the caller's")),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn sign_out(
    state: web::Data<State>,
    caller: OwnSession,
    session: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    end(&state, caller.0.session(), named(&session)?).await
}

/// The session that an address names.
pub(super) fn named(session: &str) -> Result<SignOut, Problem> {
    match session {
        "current" => Ok(SignOut::Current),
        id => Ok(SignOut::One(Uuid::try_parse(id).map_err(|_none| Kind::UnknownSession)?)),
    }
}

/// Ends sessions of whoever holds this one.
pub(super) async fn end(state: &State, caller: HeldSession, what: SignOut) -> Result<HttpResponse, Problem> {
    own_sessions::sign_out(&state.app, caller, what, clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}
