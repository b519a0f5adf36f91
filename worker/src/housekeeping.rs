//! What must be forgotten, and what Redis must be reminded of.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use jiekou_boot::clock;
use jiekou_store::reports::retention;
use jiekou_store::{StoreError, photos};
use tracing::warn;

use crate::run::Worker;

const EVERY: Duration = Duration::from_secs(60);
/// A photo that no report named within this time is forgotten.
const UNUSED_KEPT: TimeDelta = TimeDelta::hours(48);

/// Keeps house until asked to stop.
pub async fn work(worker: Arc<Worker>) {
    while !worker.is_stopping() {
        if let Err(error) = keep(&worker).await {
            warn!(error = %error, "housekeeping is put off");
        }
        tokio::select! {
            () = worker.lifecycle.stopping.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn keep(worker: &Worker) -> Result<(), StoreError> {
    let (app, now) = (&worker.app, clock::now());
    retention::erase_saved_answers(&app.pool, now).await?;
    // The row goes first: a file without a row is only lost room, a row without its file a broken promise.
    for photo_id in photos::forget_unused(&app.pool, now - UNUSED_KEPT, 200).await? {
        app.photo_files.remove(photo_id).await?;
    }
    if app.index.answers().await {
        let towns = app.rules().data().towns.iter().map(|town| town.code.clone());
        for center in towns.chain([app.rules().district_center().code]) {
            app.index.expire(&center, now).await?;
        }
    }
    Ok(())
}
