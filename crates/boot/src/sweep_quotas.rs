//! Quotas of whoever has spent nothing lately are forgotten.

use std::time::Duration;

use jiekou_service::App;
use tokio_util::sync::CancellationToken;

use crate::clock;

/// So many spenders as a flood brings in this time fit into memory many times over.
const EVERY: Duration = Duration::from_secs(10);

/// Sweeps every ten seconds, until asked to stop.
pub async fn sweep_quotas(app: &App, stopping: CancellationToken) {
    loop {
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(EVERY) => app.quotas.sweep(clock::now()),
        }
    }
}
