//! A block that one process imposed or lifted holds in all of them.

use jiekou_service::{App, blocks};
use jiekou_store::limits::blocks::listen;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::clock;
use crate::follow::follow;

/// Keeps up with who is blocked, until asked to stop.
pub async fn follow_blocks(app: &App, stopping: CancellationToken) {
    follow(|| listen(&app.pool), || keep_up(app), stopping).await;
}

async fn keep_up(app: &App) {
    if let Err(error) = blocks::look(app, clock::now()).await {
        warn!(error = %error, "who is blocked is not known at present");
    }
}
