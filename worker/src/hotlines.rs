//! What platforms of hotlines are told, and whether they and the other channels are there.

use std::sync::Arc;

use jiekou_boot::clock;
use jiekou_core::notice::retry;
use jiekou_service::hotline::call_partner::attempt;
use jiekou_service::hotline::watch_channels::watch_channels;
use jiekou_store::hotlines::calls::{self, HotlineCall};
use jiekou_store::work::deliveries::Outcome;
use tokio::task::JoinSet;
use tracing::{error, warn};

use crate::guard::guarded;
use crate::run::Worker;

/// Calls under way at once.
const CALLERS: usize = 8;

/// Makes due calls until asked to stop; whoever has ended makes room for the next. A call whose worker died is made again
/// under the same request id, which the platform knows.
pub async fn call(worker: Arc<Worker>) {
    let mut under_way = JoinSet::new();
    while !worker.is_stopping() {
        // A panic in a call was caught and settled inside it.
        while under_way.try_join_next().is_some() {}
        let free = i64::try_from(CALLERS - under_way.len().min(CALLERS)).unwrap_or_default();
        match calls::claim(&worker.app.pool, free, None, worker.lease, clock::now()).await {
            Ok(claimed) if !claimed.is_empty() => {
                for call in claimed {
                    let worker = Arc::clone(&worker);
                    under_way.spawn(async move { settle(&worker, call).await });
                }
            }
            Ok(_) => {
                tokio::select! {
                    () = worker.rest() => {}
                    Some(_) = under_way.join_next() => {}
                }
            }
            Err(error) => {
                warn!(error = %error, "calls to hotlines wait for the database");
                worker.rest().await;
            }
        }
    }
    while under_way.join_next().await.is_some() {}
}

async fn settle(worker: &Worker, call: HotlineCall) {
    let later = |reason: &'static str| {
        let attempts = u32::try_from(call.attempts).unwrap_or(u32::MAX);
        match retry::next_wait(attempts, None, rand::random()) {
            Some(wait) => Outcome::Again { at: clock::now() + wait, reason },
            None => Outcome::Dead { reason },
        }
    };
    let outcome = match guarded(attempt(&worker.app, &call, clock::now())).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => {
            warn!(error = %error, call.id = %call.call_id, "a call to a hotline will be tried again");
            later("storage was away")
        }
        Err(panicked) => {
            error!(error = %panicked, call.id = %call.call_id, "a call to a hotline broke off");
            later("the attempt broke off")
        }
    };
    if let Err(error) = calls::settle(&worker.app.pool, &call, &outcome, clock::now()).await {
        // The lease ends and it is made again; the platform knows its request id.
        warn!(error = %error, call.id = %call.call_id, "the end of a call could not be written");
    }
}

/// Looks at the channels until asked to stop.
pub async fn watch(worker: Arc<Worker>) {
    while !worker.is_stopping() {
        match guarded(watch_channels(&worker.app, clock::now())).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => warn!(error = %error, "channels are looked at later"),
            Err(panicked) => error!(error = %panicked, "channels are looked at later"),
        }
        tokio::select! {
            () = worker.lifecycle.stopping.cancelled() => {}
            () = tokio::time::sleep(worker.watch_every) => {}
        }
    }
}
