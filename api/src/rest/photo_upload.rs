//! `POST /v1/photos`: a photo comes in.

use actix_multipart::Multipart;
use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_photo::MAX_BYTES;
use jiekou_service::store_photo::{StoredPhoto, store_photo};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::PointBody;
use crate::extract::{Caller, Upload, file_of};
use crate::limits::Payer;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// The form: one file.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the form")]
pub struct PhotoForm {
    /// JPEG, PNG or WebP; at most 10 MB and 50 megapixels.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// A stored photo.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PhotoBody {
    pub photo_id: Uuid,
    pub width: u32,
    pub height: u32,
    /// Local time the picture says it was taken at (EXIF).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<chrono::NaiveDateTime>,
    /// Place the picture says it was taken at (EXIF).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<PointBody>,
    /// Good for 24 hours, for whoever holds it.
    pub display_url: String,
    pub thumbnail_url: String,
}

impl From<StoredPhoto> for PhotoBody {
    fn from(photo: StoredPhoto) -> Self {
        Self {
            photo_id: photo.photo_id,
            width: photo.width,
            height: photo.height,
            captured_at: photo.captured_at,
            location: photo.location.map(|(longitude, latitude)| PointBody { longitude, latitude }),
            display_url: photo.display_url,
            thumbnail_url: photo.thumbnail_url,
        }
    }
}

/// Uploads a photo. The first report that names it keeps it.
#[utoipa::path(post, path = "/v1/photos", tag = "photos",
    request_body(content = PhotoForm, content_type = "multipart/form-data"),
    responses((status = 201, body = PhotoBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn upload_photo(
    state: web::Data<State>,
    Caller(caller): Caller,
    payer: Payer,
    form: Multipart,
) -> Result<HttpResponse, Problem> {
    // A place is taken before the first byte is read: a flood costs memory for as many photos as there is room for.
    let admission = state.app.studio.admit(payer.spender, 1)?;
    let what = Upload {
        most_bytes: MAX_BYTES,
        too_large: Kind::PhotoTooLarge,
        slow_after: state.slow_client_seconds * 2,
    };
    let bytes = file_of(form, &what).await?;
    let stored = store_photo(&state.app, bytes, &caller, clock::now()).await?;
    drop(admission);
    Ok(HttpResponse::Created().json(PhotoBody::from(stored)))
}
