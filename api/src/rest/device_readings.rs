//! `POST /v1/devices/{deviceId}/readings`: a sensor has measured something.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::platform::Scope;
use jiekou_service::platforms::authenticate;
use jiekou_service::read_device::{RawReading, read_device};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::report_submit::LocationBody;
use crate::extract::{Fields, JsonBody};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct ReadingBody {
    /// The last reading sent again gets the same answer.
    #[schema(max_length = 64)]
    pub reading_id: String,
    /// When it was measured; what is not newer than the last reading changes nothing.
    pub at: DateTime<Utc>,
    /// Whether it says that something is wrong; then category and location are needed.
    pub problem: bool,
    pub category: Option<String>,
    pub description: Option<String>,
    /// What was measured, in words.
    #[schema(max_length = 200)]
    pub value: Option<String>,
    pub location: Option<LocationBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadingTakenBody {
    /// `reported`, `urged`, `counted`, `recovered`, `normal` or `stale`.
    pub outcome: String,
    /// The report of the problem while it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_id: Option<Uuid>,
}

/// Takes a reading of a device; header `Api-Key`, scope `device`.
#[utoipa::path(post, path = "/v1/devices/{deviceId}/readings", tag = "platforms", request_body = ReadingBody,
    params(("deviceId" = String, Path), ("Api-Key" = Option<String>, Header, description = "Key of the platform that runs the device")),
    responses((status = 200, body = ReadingTakenBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn take_reading(
    state: web::Data<State>,
    request: HttpRequest,
    device_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let key = request.headers().get("Api-Key").and_then(|key| key.to_str().ok());
    let platform = authenticate(&state.app, key, Some(Scope::Device), 1, clock::now()).await?;
    let mut fields = Fields::new(&body.object);
    let reading = RawReading {
        device_id: device_id.into_inner(),
        reading_id: fields.text("readingId"),
        at: fields.moment("at"),
        problem: fields.answer("problem"),
        category: fields.text("category"),
        description: fields.text("description"),
        value: fields.text("value"),
        location: fields.location(),
        faults: fields.faults,
    };
    let taken = read_device(&state.app, &platform, &reading, clock::now()).await?;
    Ok(HttpResponse::Ok().json(ReadingTakenBody { outcome: taken.outcome, report_id: taken.report_id }))
}
