//! Around every request: an id, a span, the numbers, and the headers every answer carries.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use tracing::{Instrument, info, info_span};
use uuid::Uuid;

use crate::state::State;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Observes a request.
///
/// # Errors
/// Whatever the handler answers with.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    let id = request_id(&request);
    let method = request.method().as_str().to_owned();
    let state = request.app_data::<web::Data<State>>().cloned();
    let span = info_span!("request", request.id = id.as_str());
    let mut response = next.call(request).instrument(span.clone()).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "unknown".to_owned());
    if is_refusal(response.status()) {
        let status = response.status().as_u16();
        info!(parent: &span, http.method = method, http.route = route, http.status = status, "refused");
    }
    if let Some(state) = state {
        state.metrics.answered(&method, &route, response.status().as_u16(), started.elapsed());
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    Ok(response)
}

/// Whether somebody asked for what is not theirs, or too often: whoever watches over the installation wants to know.
fn is_refusal(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS)
}

/// The caller's own id if it is one that can be logged safely, else a new one.
fn request_id(request: &ServiceRequest) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let safe = |id: &&str| {
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    given.filter(safe).map_or_else(|| Uuid::new_v4().simple().to_string(), str::to_owned)
}
