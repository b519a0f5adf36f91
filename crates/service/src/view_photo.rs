//! Who may see which copy of a photo.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use jiekou_core::staff::covers;
use jiekou_store::photo_files::Copy;
use jiekou_store::photos;
use uuid::Uuid;

use crate::photo_links::{Size, is_good};
use crate::{App, Principal, ServiceError};

/// What a caller shows to see an unreleased photo.
#[derive(Debug, Clone)]
pub struct Ticket {
    pub until: i64,
    pub signature: String,
}

/// The author's copy: for whoever holds a good link, and for staff whose area the case lies in.
///
/// # Errors
/// [`ServiceError::UnknownPhoto`] for everybody else: not even its existence is told.
pub async fn private_copy(
    app: &App,
    photo_id: Uuid,
    size: Size,
    ticket: Option<&Ticket>,
    caller: &Principal,
    now: DateTime<Utc>,
) -> Result<Bytes, ServiceError> {
    let invited = ticket
        .is_some_and(|ticket| is_good(&app.vault, photo_id, size, ticket.until, &ticket.signature, now));
    if !(invited || reaches(app, photo_id, caller).await?) {
        return Err(ServiceError::UnknownPhoto);
    }
    let copy = match size {
        Size::Display => Copy::Display,
        Size::Thumbnail => Copy::Thumbnail,
    };
    app.photo_files.get(photo_id, copy).await?.ok_or(ServiceError::UnknownPhoto)
}

/// The released copy, faces and plates hidden: for everybody, once staff released it.
///
/// # Errors
/// [`ServiceError::UnknownPhoto`] before that.
pub async fn released_copy(app: &App, photo_id: Uuid, size: Size) -> Result<Bytes, ServiceError> {
    let belonging = photos::belonging(&app.pool, photo_id).await?.ok_or(ServiceError::UnknownPhoto)?;
    if belonging.released_at.is_none() {
        return Err(ServiceError::UnknownPhoto);
    }
    let copy = match size {
        Size::Display => Copy::Released,
        Size::Thumbnail => Copy::ReleasedThumbnail,
    };
    app.photo_files.get(photo_id, copy).await?.ok_or(ServiceError::UnknownPhoto)
}

/// Whether the caller is staff of the area that the photo's case lies in.
pub(crate) async fn reaches(app: &App, photo_id: Uuid, caller: &Principal) -> Result<bool, ServiceError> {
    let Principal::Staff(staff) = caller else {
        return Ok(false);
    };
    let Some(belonging) = photos::belonging(&app.pool, photo_id).await? else {
        return Ok(false);
    };
    let center = belonging.center_code.as_deref();
    Ok(center
        .is_some_and(|center| !covers(&staff.grants, center, belonging.segment_code.as_deref()).is_empty()))
}
