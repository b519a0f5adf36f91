//! Delivering: claim, send, write what became of it.

use std::pin::pin;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::iter;
use jiekou_boot::clock;
use jiekou_core::notice::retry;
use jiekou_service::tell_reporters::compose;
use jiekou_store::work::deliveries::{self, Delivery, Outcome};
use tracing::{error, warn};

use crate::channel::Sent;
use crate::guard::guarded;
use crate::run::Worker;

/// Works through due deliveries until asked to stop. A claim is no larger than can be sent at once.
pub async fn work(worker: Arc<Worker>) {
    let batch = i64::try_from(worker.senders).unwrap_or(i64::MAX);
    while !worker.is_stopping() {
        match deliveries::claim(&worker.app.pool, batch, worker.lease, clock::now()).await {
            Ok(claimed) if !claimed.is_empty() => {
                iter(claimed).for_each_concurrent(worker.senders, |delivery| settle(&worker, delivery)).await;
            }
            Ok(_) => worker.rest().await,
            Err(error) => {
                warn!(error = %error, "deliveries wait for the database");
                worker.rest().await;
            }
        }
    }
}

async fn settle(worker: &Worker, delivery: Delivery) {
    let Some(outcome) = attempt_under_lease(worker, &delivery).await else {
        return;
    };
    // Once taken it must not be sent again: the end is written even if the database needs a few tries.
    for _ in 0..5 {
        match deliveries::settle(&worker.app.pool, &delivery, &outcome, clock::now()).await {
            Ok(true) => return,
            Ok(false) => {
                warn!(delivery.id = %delivery.delivery_id, "a delivery ended after its lease had passed to another worker");
                return;
            }
            Err(error) => {
                warn!(error = %error, delivery.id = %delivery.delivery_id, "the end of a delivery is not written yet");
                tokio::time::sleep(worker.poll).await;
            }
        }
    }
}

/// Attempts a delivery and keeps its lease alive meanwhile: however long the other side takes, nobody else sends it.
/// `None` when the lease was lost all the same (the database was away for longer than it lasts); the conversation is
/// broken off then, for another worker may be at it.
async fn attempt_under_lease(worker: &Worker, delivery: &Delivery) -> Option<Outcome> {
    let mut attempt = pin!(guarded(attempt(worker, delivery)));
    let third = worker.lease.to_std().unwrap_or_default() / 3;
    loop {
        tokio::select! {
            ended = &mut attempt => {
                return Some(ended.unwrap_or_else(|_shown| again(delivery, "the attempt broke off")));
            }
            () = tokio::time::sleep(third) => {
                match deliveries::renew(&worker.app.pool, delivery, worker.lease, clock::now()).await {
                    Ok(true) => {}
                    Ok(false) => {
                        warn!(delivery.id = %delivery.delivery_id, "the lease of a delivery was lost while sending");
                        return None;
                    }
                    Err(error) => {
                        warn!(error = %error, delivery.id = %delivery.delivery_id, "a lease is not renewed yet");
                    }
                }
            }
        }
    }
}

/// Tries again later, or gives up after the last attempt.
fn again(delivery: &Delivery, reason: &'static str) -> Outcome {
    let attempt = u32::try_from(delivery.attempts).unwrap_or(u32::MAX);
    match retry::next_wait(attempt, None, rand::random()) {
        Some(wait) => Outcome::Again { at: clock::now() + wait, reason },
        None => Outcome::Dead { reason },
    }
}

async fn attempt(worker: &Worker, delivery: &Delivery) -> Outcome {
    let message = match compose(&worker.app, delivery) {
        Ok(Some(message)) => message,
        Ok(None) => {
            return Outcome::Refused { reason: "there is nobody to send it to" };
        }
        Err(error) => {
            error!(error = %error, delivery.id = %delivery.delivery_id, "a message could not be composed");
            return Outcome::Dead { reason: "the message could not be composed" };
        }
    };
    match worker.channels.send(&delivery.channel, delivery.delivery_id, &message).await {
        Sent::Taken => Outcome::Delivered,
        Sent::Refused(reason) => Outcome::Refused { reason },
        Sent::Again(reason) => again(delivery, reason),
    }
}
