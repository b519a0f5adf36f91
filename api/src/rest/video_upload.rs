//! `POST /v1/videos`: a short video comes in.

use actix_multipart::Multipart;
use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_service::store_video::{PLACES, StoredVideo, store_video};
use jiekou_video::MAX_BYTES;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::{Caller, Upload, file_of};
use crate::limits::Payer;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// The form: one file.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the form")]
pub struct VideoForm {
    /// MP4; at most 50 MB and 30 seconds.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// A stored video: it is kept sealed, and a still of it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoBody {
    /// Of the still: a report names it among its `photoIds`.
    pub photo_id: Uuid,
    /// How long the video plays.
    pub seconds: f64,
    pub width: u32,
    pub height: u32,
    /// Good for 24 hours, for whoever holds it.
    pub display_url: String,
    pub thumbnail_url: String,
}

impl From<StoredVideo> for VideoBody {
    fn from(video: StoredVideo) -> Self {
        let StoredVideo { still, seconds } = video;
        Self {
            photo_id: still.photo_id,
            seconds,
            width: still.width,
            height: still.height,
            display_url: still.display_url,
            thumbnail_url: still.thumbnail_url,
        }
    }
}

/// Uploads a short video. The first report that names it keeps it.
#[utoipa::path(post, path = "/v1/videos", tag = "photos",
    request_body(content = VideoForm, content_type = "multipart/form-data"),
    responses((status = 201, body = VideoBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn upload_video(
    state: web::Data<State>,
    Caller(caller): Caller,
    payer: Payer,
    form: Multipart,
) -> Result<HttpResponse, Problem> {
    // Where none are taken, nobody has to send one to hear so.
    if state.app.camera.is_none() {
        return Err(jiekou_service::ServiceError::NoVideos.into());
    }
    let admission = state.app.studio.admit(payer.spender, PLACES)?;
    let what = Upload {
        most_bytes: MAX_BYTES,
        too_large: Kind::VideoTooLarge,
        slow_after: state.slow_client_seconds * 6,
    };
    let bytes = file_of(form, &what).await?;
    let stored = store_video(&state.app, bytes, &caller, clock::now()).await?;
    drop(admission);
    Ok(HttpResponse::Created().json(VideoBody::from(stored)))
}
