//! Photos of a case as staff see them.

use async_graphql::SimpleObject;
use chrono::{DateTime, NaiveDateTime, Utc};
use jiekou_service::view_case::LinkedPhoto;
use jiekou_store::photo_reuse::ReusedPhoto;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::case_view::point;
use super::shapes::PointBody;
use crate::graphql::readers;

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CasePhoto", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct CasePhotoBody {
    pub photo_id: Uuid,
    /// The report it belongs to; absent for evidence of staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_id: Option<Uuid>,
    pub width: i32,
    pub height: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<NaiveDateTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<PointBody>,
    pub released: bool,
    /// It is a still of a video that plays for so long; the video itself is kept sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_seconds: Option<f32>,
    pub display_url: String,
    pub thumbnail_url: String,
}

/// A photo that another case had before.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ReusedPhoto", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct ReusedPhotoBody {
    pub photo_id: Uuid,
    /// The first case the picture belonged to, as far as it is known.
    pub first_case_number: String,
    pub first_seen_at: DateTime<Utc>,
    /// The very same file; else a copy that was changed.
    pub same_file: bool,
}

impl From<LinkedPhoto> for CasePhotoBody {
    fn from(linked: LinkedPhoto) -> Self {
        let photo = linked.photo;
        Self {
            photo_id: photo.photo_id,
            report_id: photo.report_id,
            width: photo.width,
            height: photo.height,
            captured_at: photo.captured_at,
            location: point(photo.longitude, photo.latitude),
            released: photo.released_at.is_some(),
            video_seconds: photo.video_seconds,
            display_url: linked.display_url,
            thumbnail_url: linked.thumbnail_url,
        }
    }
}

impl From<ReusedPhoto> for ReusedPhotoBody {
    fn from(reused: ReusedPhoto) -> Self {
        let ReusedPhoto { photo_id, first_case_number, first_seen_at, same_bytes } = reused;
        Self { photo_id, first_case_number, first_seen_at, same_file: same_bytes }
    }
}
