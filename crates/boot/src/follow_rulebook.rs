//! A version that is loaded, or whose date has come, is in force without a restart.

use std::time::Duration;

use jiekou_service::{App, load_rulebook};
use jiekou_store::{StoreError, rulebooks};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::clock;

/// How often is looked when nobody tells: a date comes unannounced.
const EVERY: Duration = Duration::from_secs(2);

/// Takes over each version as it comes into force, until asked to stop. Being told is only a wake-up: it spares the
/// wait, and losing it costs no more than one.
pub async fn follow_rulebook(app: &App, stopping: CancellationToken) {
    let mut listener = rulebooks::listen(&app.pool).await.ok();
    while !stopping.is_cancelled() {
        if let Err(error) = look(app).await {
            warn!(error = %error, "whether another rulebook is in force is not known at present");
        }
        let told = async {
            match listener.as_mut() {
                Some(listener) => listener.try_recv().await.is_ok(),
                None => std::future::pending().await,
            }
        };
        let hears = tokio::select! {
            () = stopping.cancelled() => true,
            hears = told => hears,
            () = tokio::time::sleep(EVERY) => listener.is_some(),
        };
        if !hears {
            // The database is away, or was: not asked again at once.
            tokio::time::sleep(EVERY).await;
            listener = rulebooks::listen(&app.pool).await.ok();
        }
    }
}

async fn look(app: &App) -> Result<(), StoreError> {
    let now = clock::now();
    let known = app.rulebooks.in_force().version_id;
    if rulebooks::id_in_force(&app.pool, now).await?.is_none_or(|id| id == known) {
        return Ok(());
    }
    if let Some(version) = load_rulebook::in_force(&app.pool, now).await? {
        info!(
            rulebook.version = version.version_id,
            rulebook.name = version.rules.data().version,
            "in force"
        );
        app.rulebooks.replace(version);
    }
    Ok(())
}
