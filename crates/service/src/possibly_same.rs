//! The cases that may be the same problem as one, as its center sees them while it has not decided.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use jiekou_core::dedup::Match;
use jiekou_core::staff::covers;
use jiekou_store::cases::suggestions::{self, SuggestedPhoto, SuggestionView, Waiting};
use serde::Deserialize;

use crate::photo_links::{Size, link};
use crate::{App, ServiceError, Staff};

/// Another open case, why it may be the same problem, and what it looks like.
#[derive(Debug, Clone)]
pub struct PossiblySame {
    pub case: SuggestionView,
    pub center_name: String,
    pub found: Match,
    /// Thumbnails: signed links to all its photos for staff of its area, to released ones for others.
    pub photo_urls: Vec<String>,
}

/// The suggestions about each of these cases, by their ids; the likeliest first.
pub(crate) async fn possibly_same(
    app: &App,
    staff: &Staff,
    case_ids: &[i64],
    now: DateTime<Utc>,
) -> Result<HashMap<i64, Vec<PossiblySame>>, ServiceError> {
    let waiting = suggestions::waiting(&app.pool, case_ids).await?;
    if waiting.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<i64> = waiting.iter().map(|row| row.other.case_id).collect();
    let photos = suggestions::photos(&app.pool, &ids).await?;
    let mut shown: HashMap<i64, Vec<PossiblySame>> = HashMap::new();
    for Waiting { asked, other: case } in waiting {
        let found = case.judged.as_ref().and_then(|judged| Match::deserialize(&judged.0).ok());
        let Some(found) = found else { continue };
        let own = !covers(&staff.grants, &case.center_code, case.segment_code.as_deref()).is_empty();
        let photos = photos.iter().filter(|photo| photo.case_id == case.case_id);
        let center = app.rules().center(&case.center_code);
        shown.entry(asked).or_default().push(PossiblySame {
            photo_urls: photos.filter_map(|photo| address(app, photo, own, now)).collect(),
            center_name: center.map_or_else(|| case.center_code.clone(), |center| center.name),
            found,
            case,
        });
    }
    Ok(shown)
}

fn address(app: &App, photo: &SuggestedPhoto, own: bool, now: DateTime<Utc>) -> Option<String> {
    if own {
        return Some(link(&app.vault, &app.public_url, photo.photo_id, Size::Thumbnail, now));
    }
    let released = format!("{}/v1/photos/{}/released?size=thumbnail", app.public_url, photo.photo_id);
    photo.released.then_some(released)
}
