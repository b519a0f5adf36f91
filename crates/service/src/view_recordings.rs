//! Recordings and videos of a case, for whoever of the staff can view it.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use jiekou_core::case::CaseNumber;
use jiekou_store::cases::view::{self, CaseView};
use jiekou_store::photo_files::Copy;
use jiekou_store::recordings::{self, Recording};
use jiekou_store::vault::Purpose;
use tracing::instrument;
use uuid::Uuid;

use crate::error::failed;
use crate::matter::actor;
use crate::stand_in::{absent, acting};
use crate::{App, ServiceError, Staff};

/// The recordings of a case, the oldest first.
///
/// # Errors
/// [`ServiceError::UnknownCase`], also outside the caller's areas; storage.
#[instrument(level = "debug", name = "list_recordings", skip_all)]
pub async fn list_recordings(
    app: &App,
    staff: &Staff,
    number: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Recording>, ServiceError> {
    let number = CaseNumber::parse(number).ok_or(ServiceError::UnknownCase)?;
    let case = visible(app, staff, number.as_str(), now).await?.ok_or(ServiceError::UnknownCase)?;
    Ok(recordings::of_case(&app.pool, case.case_id).await?)
}

/// One recording with its bytes.
///
/// # Errors
/// [`ServiceError::UnknownRecording`], also outside the caller's areas; storage.
#[instrument(level = "debug", name = "open_recording", skip_all)]
pub async fn open_recording(
    app: &App,
    staff: &Staff,
    recording_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(Recording, Bytes), ServiceError> {
    let found = recordings::find(&app.pool, recording_id).await?;
    let (recording, number) = found.ok_or(ServiceError::UnknownRecording)?;
    visible(app, staff, &number, now).await?.ok_or(ServiceError::UnknownRecording)?;
    let sealed = app.photo_files.get(recording_id, Copy::Original).await?;
    let sealed = sealed.ok_or(ServiceError::UnknownRecording)?;
    let plain = app
        .vault
        .open(Purpose::Recording, recording_id.as_bytes(), &recording.key_id, &sealed)
        .map_err(failed)?;
    Ok((recording, plain.into()))
}

/// The case, if the caller can view it.
async fn visible(
    app: &App,
    staff: &Staff,
    number: &str,
    now: DateTime<Utc>,
) -> Result<Option<CaseView>, ServiceError> {
    let staff = acting(staff, &absent(app, staff, now).await?);
    let case = view::by_number(&app.pool, number).await?;
    Ok(case.filter(|case| actor(case, &staff).is_some()))
}
