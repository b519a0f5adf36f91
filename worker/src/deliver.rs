//! Delivering: claim, send, write what became of it.

use std::sync::Arc;

use jiekou_boot::clock;
use jiekou_core::notice::retry;
use jiekou_service::ServiceError;
use jiekou_service::tell_reporters::compose;
use jiekou_store::StoreError;
use jiekou_store::work::deliveries::{self, Delivery, Outcome};
use tokio::task::JoinSet;
use tracing::{error, warn};

use crate::channel::{Sent, wechat};
use crate::contact::Contact;
use crate::guard::guarded;
use crate::lease::under_lease;
use crate::run::Worker;

/// A quarter of the senders is kept for alarms: a mail server that is slow with everybody else's mail holds none up.
const KEPT_FOR_ALARMS: usize = 4;

/// Works through due deliveries until asked to stop, as many at once as there are senders; whoever has ended makes room
/// for the next, however long another takes.
pub async fn work(worker: Arc<Worker>) {
    let mut under_way = JoinSet::new();
    let mut contact = Contact::new(worker.lease.to_std().unwrap_or_default() / 2);
    while !worker.is_stopping() {
        // A panic in a delivery was caught and settled inside it.
        while under_way.try_join_next().is_some() {}
        let free = worker.senders - under_way.len().min(worker.senders);
        let kept = worker.senders / KEPT_FOR_ALARMS;
        let (limit, alarms_only) = if free > kept { (free - kept, false) } else { (free, true) };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (pool, lease, take_over) = (&worker.app.pool, worker.lease, contact.is_steady());
        let claimed = deliveries::claim(pool, limit, alarms_only, take_over, lease, clock::now()).await;
        contact.note(claimed.is_ok());
        match claimed {
            Ok(claimed) if !claimed.is_empty() => {
                for delivery in claimed {
                    let worker = Arc::clone(&worker);
                    under_way.spawn(async move { settle(&worker, delivery).await });
                }
            }
            Ok(_) => {
                tokio::select! {
                    () = worker.rest() => {}
                    Some(_) = under_way.join_next() => {}
                }
            }
            Err(error) => {
                warn!(error = %error, "deliveries wait for the database");
                worker.rest().await;
            }
        }
    }
    while under_way.join_next().await.is_some() {}
}

async fn settle(worker: &Worker, delivery: Delivery) {
    let renew = || deliveries::renew(&worker.app.pool, &delivery, worker.lease, clock::now());
    let attempted = under_lease(worker.lease, guarded(attempt(worker, &delivery)), renew).await;
    let Some(outcome) = attempted else {
        warn!(delivery.id = %delivery.delivery_id, "the lease of a delivery was lost while sending");
        return;
    };
    let outcome = outcome.unwrap_or_else(|_shown| again(&delivery, "the attempt broke off"));
    // Once taken it must not be sent again: the end is written however long the database is away.
    loop {
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

/// Tries again later, or gives up after the last attempt.
fn again(delivery: &Delivery, reason: &'static str) -> Outcome {
    let attempt = u32::try_from(delivery.attempts).unwrap_or(u32::MAX);
    match retry::next_wait(attempt, None, rand::random()) {
        Some(wait) => Outcome::Again { at: clock::now() + wait, reason },
        None => Outcome::Dead { reason },
    }
}

async fn by_wechat(worker: &Worker, delivery: &Delivery) -> Outcome {
    match wechat::send(&worker.app, delivery).await {
        Ok(Sent::Taken) => Outcome::Delivered,
        Ok(Sent::Refused(reason)) => Outcome::Refused { reason },
        Ok(Sent::Again(reason)) => again(delivery, reason),
        Ok(Sent::Unknown(reason)) => Outcome::Dead { reason },
        Err(ServiceError::Store(StoreError::Unavailable(_))) => again(delivery, "the database was away"),
        Err(error) => {
            error!(error = %error, delivery.id = %delivery.delivery_id, "a message could not be composed");
            Outcome::Dead { reason: "the message could not be composed" }
        }
    }
}

async fn attempt(worker: &Worker, delivery: &Delivery) -> Outcome {
    if delivery.channel == "wechat" {
        return by_wechat(worker, delivery).await;
    }
    let message = match compose(&worker.app, delivery, clock::now()) {
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
        Sent::Unknown(reason) => Outcome::Dead { reason },
    }
}
