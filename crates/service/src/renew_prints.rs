//! After an upgrade: what an earlier release stored is worked out anew while serving, so that old cases and photos are
//! recognised as new ones are.

use jiekou_core::dedup::{Fingerprint, Sketch, address_key};
use jiekou_core::place::Wgs84;
use jiekou_photo::Look;
use jiekou_store::dedup::mend_case;
use jiekou_store::photo_files::Copy;
use jiekou_store::renewal::{self, OldCase};
use tracing::{info, instrument, warn};
use uuid::Uuid;

use crate::{App, ServiceError};

/// Cases and photos renewed in one go: a fraction of a lease.
const BATCH: i64 = 40;
/// Two coordinates nearer than this, in degrees, are one.
const SAME_DEGREES: f64 = 1e-6;

/// Renews some cases, or, when none are left, some photos. Returns whether there may be more. Every step can be done twice,
/// and by two workers at once.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "renew_prints", skip(app))]
pub async fn renew_prints(app: &App) -> Result<bool, ServiceError> {
    let cases = renewal::old_cases(&app.pool, BATCH).await?;
    if cases.is_empty() {
        let photos = renewal::old_photos(&app.pool, None, BATCH).await?;
        for photo_id in &photos {
            print(app, *photo_id).await?;
        }
        return Ok(!photos.is_empty());
    }
    let number = cases.len();
    for case in cases {
        for photo_id in renewal::old_photos(&app.pool, Some(&case.photo_ids), BATCH).await? {
            print(app, photo_id).await?;
        }
        renew(app, case).await?;
    }
    info!(cases = number, "fingerprints of an earlier release were renewed");
    Ok(true)
}

async fn renew(app: &App, case: OldCase) -> Result<(), ServiceError> {
    let photos = renewal::prints(&app.pool, &case.photo_ids).await?;
    let words = app.rules().vocabulary().read(case.description.as_deref().unwrap_or_default());
    let point = case.longitude.zip(case.latitude).and_then(|(x, y)| Wgs84::new(x, y).ok());
    let print = Fingerprint {
        point,
        accuracy_meters: point.and_then(|point| accuracy_meters(&case, point)),
        opened_at: case.opened_at,
        address: case.address.as_deref().and_then(address_key),
        words: words.whole(),
        sketch: Sketch::of(&words),
        photos,
        category: case.category,
        family: case.family,
        component_id: case.component_id,
    };
    if renewal::replace(&app.pool, case.case_id, &case.fingerprint, &print.to_bytes()).await?
        && app.index.answers().await
    {
        mend_case(&app.pool, &app.index, case.case_id).await?;
    }
    Ok(())
}

/// The error its reporter stated, while the case lies where they said: a place given later is another's.
fn accuracy_meters(case: &OldCase, point: Wgs84) -> Option<f64> {
    let place = &case.place.as_ref()?.0;
    let near = |name: &str, value: f64| {
        place
            .get(name)
            .and_then(serde_json::Value::as_f64)
            .is_some_and(|it| (it - value).abs() < SAME_DEGREES)
    };
    let unmoved = near("longitude", point.longitude()) && near("latitude", point.latitude());
    place.get("accuracyMeters").and_then(serde_json::Value::as_f64).filter(|_| unmoved)
}

/// Prints a photo from its thumbnail. One whose files are gone, or cannot be read, is never recognised; that is noted, so
/// that it is not tried for ever.
async fn print(app: &App, photo_id: Uuid) -> Result<(), ServiceError> {
    let look = match app.photo_files.get(photo_id, Copy::Thumbnail).await? {
        Some(bytes) => app.studio.work(move || jiekou_photo::look(&bytes)).await?.unwrap_or_else(|error| {
            warn!(error = %error, photo.id = %photo_id, "a stored photo cannot be read and is not recognised");
            Look::default()
        }),
        None => Look::default(),
    };
    let print = look.print.as_ref().map(|print| (print, look.marks.as_slice()));
    Ok(renewal::print(&app.pool, photo_id, print).await?)
}
