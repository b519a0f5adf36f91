//! What must be forgotten, and what Redis must be reminded of.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use jiekou_boot::clock;
use jiekou_core::category::UNCLASSIFIED;
use jiekou_core::privacy::{SESSIONS, UNUSED_PHOTOS, codes_counted};
use jiekou_service::ServiceError;
use jiekou_service::forget_identities::forget_identities;
use jiekou_service::reseal;
use jiekou_store::cases::suggestions;
use jiekou_store::hotlines::messages;
use jiekou_store::people::{sessions, sign_in_codes, sign_in_failures};
use jiekou_store::platforms::webhook_deliveries;
use jiekou_store::reports::retention;
use jiekou_store::wechat::retention as retention_of_wechat;
use jiekou_store::work::account_messages;
use jiekou_store::{StoreError, photos, recordings, renewal};
use tracing::{error, warn};

use crate::guard::guarded;
use crate::run::Worker;

const EVERY: Duration = Duration::from_secs(60);
/// A suggestion that nobody decided is forgotten so long after its case was over; until then the case may be reopened.
const UNDECIDED_KEPT: TimeDelta = TimeDelta::days(90);
/// A conversation that nobody touched for so long holds nothing any more: drafts are forgotten within days.
const CONVERSATIONS_KEPT: TimeDelta = TimeDelta::days(30);
/// A platform can read, and ask again for, what it was told in this time.
const DELIVERIES_KEPT: TimeDelta = TimeDelta::days(30);
/// Beyond the time in which a clock lets a message through.
const NONCES_KEPT: TimeDelta = TimeDelta::hours(1);

/// Keeps house until asked to stop.
pub async fn work(worker: Arc<Worker>) {
    while !worker.is_stopping() {
        match guarded(keep(&worker)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => warn!(error = %error, "housekeeping is put off"),
            Err(panicked) => error!(error = %panicked, "housekeeping is put off"),
        }
        tokio::select! {
            () = worker.lifecycle.stopping.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Marked first, so that nobody takes a photo whose files go; the row last, so that a failure between leaves a row by
/// which the next round finds the files again.
async fn forget_unused_photos(worker: &Worker) -> Result<(), StoreError> {
    let (app, now) = (&worker.app, clock::now());
    for photo_id in photos::mark_unused(&app.pool, now - UNUSED_PHOTOS, 200, now).await? {
        match app.photo_files.remove(photo_id).await {
            Ok(()) => photos::delete_forgotten(&app.pool, photo_id).await?,
            Err(error) => {
                warn!(error = %error, photo.id = %photo_id, "the files of a photo are removed later")
            }
        }
    }
    Ok(())
}

/// The bytes first: the row is how the next round finds them.
async fn forget_unused_recordings(worker: &Worker) -> Result<(), StoreError> {
    let (app, now) = (&worker.app, clock::now());
    for recording_id in recordings::unused(&app.pool, now - UNUSED_PHOTOS, 200).await? {
        match app.photo_files.remove(recording_id).await {
            Ok(()) => recordings::delete(&app.pool, recording_id).await?,
            Err(error) => warn!(error = %error, recording.id = %recording_id, "a recording is removed later"),
        }
    }
    Ok(())
}

async fn keep(worker: &Worker) -> Result<(), ServiceError> {
    let (app, now) = (&worker.app, clock::now());
    retention::erase_saved_answers(&app.pool, now).await?;
    forget_unused_photos(worker).await?;
    suggestions::forget_dead(&app.pool, now - UNDECIDED_KEPT).await?;
    sign_in_failures::forget(&app.pool, now).await?;
    sign_in_codes::forget(&app.pool, now - codes_counted(&app.residents)).await?;
    forget_identities(app, now).await?;
    sessions::forget(&app.pool, now - SESSIONS).await?;
    account_messages::forget(&app.pool, now - SESSIONS).await?;
    retention_of_wechat::forget(&app.pool, now - CONVERSATIONS_KEPT, now).await?;
    forget_unused_recordings(worker).await?;
    webhook_deliveries::forget(&app.pool, now - DELIVERIES_KEPT).await?;
    messages::forget_nonces(&app.pool, now - app.hotlines.skew * 2 - NONCES_KEPT).await?;
    // Also what a process of the release before writes while it still runs beside this one.
    renewal::ask(&app.pool, now).await?;
    reseal::ask(app, now).await?;
    if app.index.answers().await {
        let rules = app.rules();
        let families = rules.data().families.iter().map(|family| family.slug.clone());
        let families: Vec<String> = families.chain([UNCLASSIFIED.to_owned()]).collect();
        let centers = rules.centers().map(|center| center.code);
        for center in centers.chain([rules.district_center().code]) {
            app.index.expire(&center, now).await?;
            app.index.retire(&center, &families).await?;
        }
    }
    Ok(())
}
