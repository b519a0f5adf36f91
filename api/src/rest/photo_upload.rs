//! `POST /v1/photos`: a photo comes in.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::{HttpResponse, web};
use futures_util::TryStreamExt;
use jiekou_boot::clock;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_photo::MAX_BYTES;
use jiekou_service::store_photo::{StoredPhoto, store_photo};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::PointBody;
use crate::extract::Caller;
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
    let admission = state.app.studio.admit(payer.spender)?;
    let patience = Duration::from_secs(state.slow_client_seconds * 2);
    let read = tokio::time::timeout(patience, file_of(form)).await;
    let bytes = read.map_err(|_elapsed| Problem::from(Kind::SlowClient))??;
    let stored = store_photo(&state.app, bytes, &caller, clock::now()).await?;
    drop(admission);
    Ok(HttpResponse::Created().json(PhotoBody::from(stored)))
}

/// The bytes of the field `file`; other fields are passed over.
async fn file_of(mut form: Multipart) -> Result<Vec<u8>, Problem> {
    let malformed = |error: actix_multipart::MultipartError| {
        let kind = if matches!(
            error,
            actix_multipart::MultipartError::ContentTypeMissing
                | actix_multipart::MultipartError::ContentTypeParse
                | actix_multipart::MultipartError::ContentTypeIncompatible
        ) {
            Kind::UnsupportedMediaType
        } else {
            Kind::MalformedBody
        };
        Problem::from(kind).with_detail("send multipart/form-data with one file in the field `file`")
    };
    while let Some(field) = form.try_next().await.map_err(malformed)? {
        if field.name() == Some("file") {
            return read(field).await;
        }
    }
    let fault = FieldError::new("/file", FieldCode::Missing, "请在表单字段 file 中上传照片");
    Err(Problem::from(Kind::Validation).with_errors(vec![fault]))
}

async fn read(mut field: Field) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let broken = |_error| Problem::from(Kind::MalformedBody).with_detail("the upload ended early");
    while let Some(chunk) = field.try_next().await.map_err(broken)? {
        if bytes.len() + chunk.len() > MAX_BYTES {
            return Err(Kind::PhotoTooLarge.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    if bytes.is_empty() {
        let fault = FieldError::new("/file", FieldCode::Empty, "照片是空的");
        return Err(Problem::from(Kind::Validation).with_errors(vec![fault]));
    }
    Ok(bytes)
}
