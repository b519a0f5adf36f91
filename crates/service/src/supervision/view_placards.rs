//! Placards, hanging and lifted.

use chrono::{DateTime, Utc};
use jiekou_core::placard::PlacardState;
use jiekou_store::supervision::placards::{self, PlacardRow, PlacardedSegment};
use tracing::instrument;
use uuid::Uuid;

use super::assessor::Sight;
use crate::{App, ServiceError, Staff};

/// Most placards of a list.
const LISTED: i64 = 500;

/// The newest placards of the caller's areas, those in `state` where one is named.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever has no area; storage.
#[instrument(level = "debug", name = "list_placards", skip_all)]
pub async fn list_placards(
    app: &App,
    staff: &Staff,
    state: Option<PlacardState>,
    now: DateTime<Utc>,
) -> Result<Vec<PlacardRow>, ServiceError> {
    let sight = Sight::of(staff)?;
    let (lifted, late) = match state {
        None => (None, None),
        Some(PlacardState::Hanging) => (Some(false), Some(false)),
        Some(PlacardState::Overdue) => (Some(false), Some(true)),
        Some(PlacardState::Lifted) => (Some(true), None),
    };
    let (areas, segments) = sight.codes();
    Ok(placards::list(&app.pool, &areas, &segments, lifted, late, LISTED, now).await?)
}

/// A placard.
///
/// # Errors
/// [`ServiceError::UnknownPlacard`], also outside the caller's areas; [`ServiceError::Forbidden`] for whoever has none;
/// storage.
#[instrument(level = "debug", name = "view_placard", skip_all)]
pub async fn view_placard(app: &App, staff: &Staff, placard_id: Uuid) -> Result<PlacardRow, ServiceError> {
    let sight = Sight::of(staff)?;
    let mut connection = app.pool.acquire().await.map_err(jiekou_store::StoreError::from)?;
    let row = placards::by_id(&mut connection, placard_id).await?;
    let seen = row.filter(|row| sight.shows(&row.center_code, row.segment_code.as_deref()));
    seen.ok_or(ServiceError::UnknownPlacard)
}

/// Code, since and deadline of every segment on which a placard hangs: what everybody may know of them.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "placarded_segments", skip_all)]
pub async fn placarded_segments(app: &App) -> Result<Vec<PlacardedSegment>, ServiceError> {
    Ok(placards::on_segments(&app.pool).await?)
}
