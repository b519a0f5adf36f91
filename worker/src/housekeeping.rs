//! What must be forgotten, and what Redis must be reminded of.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use jiekou_boot::clock;
use jiekou_core::category::UNCLASSIFIED;
use jiekou_service::reseal;
use jiekou_store::cases::suggestions;
use jiekou_store::people::{sessions, sign_in_failures};
use jiekou_store::reports::retention;
use jiekou_store::work::account_messages;
use jiekou_store::{StoreError, photos, renewal};
use tracing::{error, warn};

use crate::guard::guarded;
use crate::run::Worker;

const EVERY: Duration = Duration::from_secs(60);
/// A photo that no report named within this time is forgotten.
const UNUSED_KEPT: TimeDelta = TimeDelta::hours(48);
/// A suggestion that nobody decided is forgotten so long after its case was over; until then the case may be reopened.
const UNDECIDED_KEPT: TimeDelta = TimeDelta::days(90);

/// Who was signed in when is known for half a year (网络安全法 Art. 21).
const SESSIONS_KEPT: TimeDelta = TimeDelta::days(183);

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
    for photo_id in photos::mark_unused(&app.pool, now - UNUSED_KEPT, 200, now).await? {
        match app.photo_files.remove(photo_id).await {
            Ok(()) => photos::delete_forgotten(&app.pool, photo_id).await?,
            Err(error) => {
                warn!(error = %error, photo.id = %photo_id, "the files of a photo are removed later")
            }
        }
    }
    Ok(())
}

async fn keep(worker: &Worker) -> Result<(), StoreError> {
    let (app, now) = (&worker.app, clock::now());
    retention::erase_saved_answers(&app.pool, now).await?;
    forget_unused_photos(worker).await?;
    suggestions::forget_dead(&app.pool, now - UNDECIDED_KEPT).await?;
    sign_in_failures::forget(&app.pool, now).await?;
    sessions::forget(&app.pool, now - SESSIONS_KEPT).await?;
    account_messages::forget(&app.pool, now - SESSIONS_KEPT).await?;
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
