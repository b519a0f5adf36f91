//! `GET /v1/reports/{trackingCode}/events`: the tracking page, live (Server-Sent Events).

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use jiekou_core::limit::Spender;

use crate::extract::Address;
use crate::live::stream;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// The steps of a report as they happen. `step` events carry the step's id, so that a client which lost the connection
/// goes on where it was (`Last-Event-ID`); a `page` event carries the whole page whenever anything on it changed.
#[utoipa::path(get, path = "/v1/reports/{trackingCode}/events", tag = "reports",
    params(("trackingCode" = String, Path), ("Last-Event-ID" = Option<i64>, Header)),
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 404, body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn report_events(
    state: web::Data<State>,
    request: HttpRequest,
    Address(address): Address,
    code: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let last =
        request.headers().get("Last-Event-ID").and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let seat = state.live.take_seat(Spender::Address(address)).ok_or(Kind::Busy)?;
    let events = stream::open(state.into_inner(), code.into_inner(), last.unwrap_or(0), seat).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(events))
}
