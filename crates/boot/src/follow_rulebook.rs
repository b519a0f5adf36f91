//! A version that is loaded, or whose date has come, is in force without a restart.

use jiekou_service::{App, load_rulebook};
use jiekou_store::{StoreError, rulebooks};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::clock;
use crate::follow::follow;

/// Takes over each version as it comes into force, until asked to stop.
pub async fn follow_rulebook(app: &App, stopping: CancellationToken) {
    follow(|| rulebooks::listen(&app.pool), || keep_up(app), stopping).await;
}

async fn keep_up(app: &App) {
    if let Err(error) = look(app).await {
        warn!(error = %error, "whether another rulebook is in force is not known at present");
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
