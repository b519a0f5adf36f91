//! The tick: raises warnings and breaches of clocks when their moment has come.

use std::sync::Arc;

use jiekou_boot::clock;
use jiekou_store::work::ticks;
use tracing::{debug, warn};

use crate::run::Worker;

/// Ticks until asked to stop. A tick is one transaction: a worker that dies in it has raised nothing, and the next one
/// raises it.
pub async fn work(worker: Arc<Worker>) {
    while !worker.is_stopping() {
        let now = clock::now();
        match ticks::raise(&worker.app.pool, now).await {
            Ok(done) if done.raised > 0 => {
                let late = done.earliest.map_or(0, |earliest| (now - earliest).num_milliseconds());
                debug!(clocks = done.raised, milliseconds = late, "clocks raised");
                // There may be more.
            }
            Ok(_) => worker.rest().await,
            Err(error) => {
                warn!(error = %error, "clocks wait for the database");
                worker.rest().await;
            }
        }
    }
}
