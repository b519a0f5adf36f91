//! What is done once for each day that is over: digests, and lists of overdue patrols.

use std::sync::Arc;
use std::time::Duration;

use jiekou_boot::clock;
use jiekou_service::hotline::reconcile::ask_to_reconcile;
use jiekou_service::make_digests::make_digests;
use jiekou_service::tell_overdue_patrols::tell_overdue_patrols;
use tracing::{error, warn};

use crate::guard::guarded;
use crate::run::Worker;

const EVERY: Duration = Duration::from_secs(30);

/// Looks for days that are over until asked to stop. A day's work is one transaction: workers share the days, and one that
/// dies has done nothing of it.
pub async fn work(worker: Arc<Worker>) {
    while !worker.is_stopping() {
        note("overdue patrols", guarded(tell_overdue_patrols(&worker.app, clock::now())).await);
        note("comparisons with hotlines", guarded(ask_to_reconcile(&worker.app, clock::now())).await);
        note("digests", guarded(make_digests(&worker.app, clock::now())).await);
        tokio::select! {
            () = worker.lifecycle.stopping.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

fn note<E: std::fmt::Display, P: std::fmt::Display>(what: &str, done: Result<Result<(), E>, P>) {
    match done {
        Ok(Ok(())) => {}
        Ok(Err(error)) => warn!(error = %error, daily.work = what, "a day's work is put off"),
        Err(panicked) => error!(error = %panicked, daily.work = what, "a day's work is put off"),
    }
}
