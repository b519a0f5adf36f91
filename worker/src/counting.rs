//! Counts what has happened to cases, for the statistics.

use std::sync::Arc;

use jiekou_service::count_cases::count_cases;
use tracing::{debug, error, warn};

use crate::guard::guarded;
use crate::run::Worker;

/// Counts until asked to stop. A batch is one transaction, so a worker that dies in it has counted nothing of it.
pub async fn work(worker: Arc<Worker>) {
    while !worker.is_stopping() {
        match guarded(count_cases(&worker.app)).await {
            Ok(Ok(batch)) => {
                if batch.cases > 0 {
                    debug!(cases = batch.cases, "cases counted");
                }
                if !batch.more {
                    worker.rest().await;
                }
            }
            Ok(Err(error)) => {
                warn!(error = %error, "counting waits for the database");
                worker.rest().await;
            }
            Err(panicked) => {
                error!(error = %panicked, "counting is put off");
                worker.rest().await;
            }
        }
    }
}
