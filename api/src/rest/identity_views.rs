//! `GET /v1/reports/{trackingCode}/identity-views`: who has looked at who I am.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_core::report::ClaimSecret;
use jiekou_service::open_identity::identity_views as views;
use jiekou_service::submit_report::Proof;
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityViewsBody {
    pub views: Vec<IdentityViewBody>,
}

/// One look.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityViewBody {
    pub at: DateTime<Utc>,
    /// The office that looked.
    pub office: String,
    /// Such as `callBack`.
    pub reason: String,
    /// The reason in words.
    pub reason_words: String,
}

/// When the identity of a report's author was opened, by which office and for what, the newest first; for the author.
#[utoipa::path(get, path = "/v1/reports/{trackingCode}/identity-views", tag = "identity", security((), ("resident" = [])),
    params(("trackingCode" = String, Path), ("Claim-Secret" = Option<String>, Header)),
    responses((status = 200, body = IdentityViewsBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn identity_views(
    state: web::Data<State>,
    Caller(caller): Caller,
    request: HttpRequest,
    code: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let header = request.headers().get("Claim-Secret").and_then(|value| value.to_str().ok());
    let secret = header.and_then(ClaimSecret::parse);
    let proof = Proof { secret: secret.as_ref(), resident: caller.resident_id() };
    let found = views(&state.app, &code, proof).await?;
    let views = found.into_iter().map(|view| IdentityViewBody {
        at: view.at,
        office: view.office,
        reason: view.reason.name().to_owned(),
        reason_words: view.reason.words().to_owned(),
    });
    let body = IdentityViewsBody { views: views.collect() };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body))
}
