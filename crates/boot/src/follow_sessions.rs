//! A session that ended in one process ends in all of them.

use jiekou_service::{App, ended_sessions};
use jiekou_store::people::sessions;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::clock;
use crate::follow::follow;

/// Keeps up with the sessions that ended, until asked to stop.
pub async fn follow_sessions(app: &App, stopping: CancellationToken) {
    follow(|| sessions::listen(&app.pool), || keep_up(app), stopping).await;
}

async fn keep_up(app: &App) {
    if let Err(error) = ended_sessions::look(app, clock::now()).await {
        warn!(error = %error, "which sessions ended elsewhere is not known at present");
    }
}
