//! `GET /v1/cases/{caseNumber}/recordings` and `GET /v1/recordings/{recordingId}`: what reporters spoke or filmed.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::view_recordings;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::SignedIn;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Serialize, ToSchema)]
pub struct RecordingsBody {
    /// The oldest first.
    pub recordings: Vec<RecordingBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordingBody {
    pub recording_id: Uuid,
    pub report_id: Option<Uuid>,
    /// `voice` or `video`.
    pub kind: String,
    /// Such as `audio/amr`.
    pub content_type: String,
    pub bytes: i32,
    pub received_at: DateTime<Utc>,
}

/// The recordings and videos of a case.
#[utoipa::path(get, path = "/v1/cases/{caseNumber}/recordings", tag = "cases", security(("staff" = [])),
    params(("caseNumber" = String, Path)),
    responses((status = 200, body = RecordingsBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list_recordings(
    state: web::Data<State>,
    number: web::Path<String>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let found = view_recordings::list_recordings(&state.app, &staff, &number, clock::now()).await?;
    let recordings = found.into_iter().map(|recording| RecordingBody {
        recording_id: recording.recording_id,
        report_id: recording.report_id,
        kind: recording.kind,
        content_type: recording.content_type,
        bytes: recording.bytes,
        received_at: recording.received_at,
    });
    Ok(HttpResponse::Ok().json(RecordingsBody { recordings: recordings.collect() }))
}

/// One recording or video.
#[utoipa::path(get, path = "/v1/recordings/{recordingId}", tag = "cases", security(("staff" = [])),
    params(("recordingId" = Uuid, Path)),
    responses((status = 200, content((Vec<u8> = "audio/amr"), (Vec<u8> = "audio/mpeg"), (Vec<u8> = "audio/speex"), (Vec<u8> = "video/mp4"))), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn open_recording(
    state: web::Data<State>,
    id: web::Path<String>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let id = Uuid::try_parse(&id).map_err(|_malformed| Problem::from(Kind::UnknownRecording))?;
    let (recording, bytes) = view_recordings::open_recording(&state.app, &staff, id, clock::now()).await?;
    Ok(HttpResponse::Ok()
        .content_type(recording.content_type)
        .insert_header(("Cache-Control", "private, no-store"))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .body(bytes))
}
