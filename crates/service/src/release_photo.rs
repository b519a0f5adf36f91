//! Staff hide faces and plates and let strangers see the rest.

use chrono::{DateTime, Utc};
use jiekou_photo::Region;
use jiekou_store::photo_files::Copy;
use jiekou_store::photos;
use tracing::instrument;
use uuid::Uuid;

use crate::view_photo::reaches;
use crate::{App, Principal, ServiceError, Staff};

/// Makes the released copies with `regions` hidden. Doing it again replaces them.
///
/// # Errors
/// [`ServiceError::UnknownPhoto`] for staff of another area; what is wrong with the regions; storage.
#[instrument(level = "debug", name = "release_photo", skip_all)]
pub async fn release_photo(
    app: &App,
    photo_id: Uuid,
    regions: Vec<Region>,
    staff: &Staff,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    if !reaches(app, photo_id, &Principal::Staff(staff.clone())).await? {
        return Err(ServiceError::UnknownPhoto);
    }
    let display = app.photo_files.get(photo_id, Copy::Display).await?.ok_or(ServiceError::UnknownPhoto)?;
    let made = app.studio.work(move || {
        let released = jiekou_photo::hide(&display, &regions)?;
        let thumbnail = jiekou_photo::thumbnail(&released)?;
        Ok::<_, ServiceError>((released, thumbnail))
    });
    let (released, thumbnail) = made.await??;
    tokio::try_join!(
        app.photo_files.put(photo_id, Copy::Released, released),
        app.photo_files.put(photo_id, Copy::ReleasedThumbnail, thumbnail),
    )?;
    photos::release(&app.pool, photo_id, staff.staff_id, now).await?;
    Ok(())
}
