//! `POST /v1/reports/similar`: what a report would be like, before it is sent.

use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_service::preview_similar::preview_similar;
use serde::Serialize;
use utoipa::ToSchema;

use super::report_submit::ReportBody;
use super::shapes::SimilarBody;
use crate::extract::{Caller, JsonBody, read_report};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewBody {
    /// `join`, `ask` or `new`.
    pub decision: String,
    pub similar: Vec<SimilarBody>,
}

/// What a report would be like; nothing is stored.
#[utoipa::path(post, path = "/v1/reports/similar", tag = "reports", request_body = ReportBody,
    responses((status = 200, body = PreviewBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn similar_reports(
    state: web::Data<State>,
    Caller(caller): Caller,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let raw = read_report(&body.object, None);
    let preview = preview_similar(&state.app, raw, &caller, clock::now()).await?;
    let similar = preview.similar.into_iter().map(SimilarBody::from).collect();
    Ok(HttpResponse::Ok().json(PreviewBody { decision: preview.decision.to_owned(), similar }))
}
