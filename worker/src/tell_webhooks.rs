//! Messages to webhooks of platforms: claim, send, write what became of it. One at a time to each address, so that one that
//! hangs holds up no other.

use std::collections::HashMap;
use std::sync::Arc;

use jiekou_boot::clock;
use jiekou_core::notice::retry;
use jiekou_service::webhooks::{Attempt, attempt};
use jiekou_store::platforms::webhook_deliveries::{self, Attempted, WebhookMessage};
use tokio::task::{Id, JoinSet};
use tracing::{error, warn};
use uuid::Uuid;

use crate::contact::Contact;
use crate::guard::guarded;
use crate::lease::under_lease;
use crate::run::Worker;

/// Messages in flight at once.
const SENDERS: usize = 16;

/// Works through due messages until asked to stop; whoever has ended makes room for the next.
pub async fn work(worker: Arc<Worker>) {
    let mut under_way = JoinSet::new();
    let mut busy: HashMap<Id, Uuid> = HashMap::new();
    let mut contact = Contact::new(worker.lease.to_std().unwrap_or_default() / 2);
    while !worker.is_stopping() {
        // A panic in an attempt was caught and settled inside it.
        while let Some(ended) = under_way.try_join_next_with_id() {
            free(&mut busy, ended);
        }
        let room = i64::try_from(SENDERS - under_way.len().min(SENDERS)).unwrap_or_default();
        let (pool, lease, take_over) = (&worker.app.pool, worker.lease, contact.is_steady());
        let taken: Vec<Uuid> = busy.values().copied().collect();
        let claimed = webhook_deliveries::claim(pool, room, &taken, take_over, lease, clock::now()).await;
        contact.note(claimed.is_ok());
        match claimed {
            Ok(claimed) if !claimed.is_empty() => {
                for message in claimed {
                    let (worker, webhook_id) = (Arc::clone(&worker), message.webhook_id);
                    let task = under_way.spawn(async move { settle(&worker, message).await });
                    busy.insert(task.id(), webhook_id);
                }
            }
            Ok(_) => {
                tokio::select! {
                    () = worker.rest() => {}
                    Some(ended) = under_way.join_next_with_id() => free(&mut busy, ended),
                }
            }
            Err(error) => {
                warn!(error = %error, "messages to webhooks wait for the database");
                worker.rest().await;
            }
        }
    }
    while under_way.join_next().await.is_some() {}
}

fn free(busy: &mut HashMap<Id, Uuid>, ended: Result<(Id, ()), tokio::task::JoinError>) {
    let id = match &ended {
        Ok((id, ())) => *id,
        Err(error) => error.id(),
    };
    busy.remove(&id);
}

async fn settle(worker: &Worker, message: WebhookMessage) {
    let pool = &worker.app.pool;
    let renew = || webhook_deliveries::renew(pool, &message, worker.lease, clock::now());
    let sending = guarded(attempt(&worker.app, &message, clock::now()));
    let Some(ended) = under_lease(worker.lease, sending, renew).await else {
        warn!(delivery.id = %message.delivery_id, "the lease of a message to a webhook was lost while sending");
        return;
    };
    let attempted = match ended {
        Ok(Ok(attempt)) => written(&message, attempt),
        Ok(Err(error)) => {
            error!(error = %error, delivery.id = %message.delivery_id, "a message to a webhook could not be sent");
            again(&message, "the message could not be sent", None, None)
        }
        Err(_shown) => again(&message, "the attempt broke off", None, None),
    };
    // Once taken it must not be sent again: the end is written however long the database is away.
    loop {
        match webhook_deliveries::settle(pool, &message, &attempted, clock::now()).await {
            Ok(_) => return,
            Err(error) => {
                warn!(error = %error, delivery.id = %message.delivery_id, "the end of a message to a webhook is not written yet");
                tokio::time::sleep(worker.poll).await;
            }
        }
    }
}

fn written(message: &WebhookMessage, attempt: Attempt) -> Attempted {
    match attempt {
        Attempt::Taken { status } => {
            Attempted { state: "delivered", next_at: None, reason: None, status: Some(i32::from(status)) }
        }
        Attempt::Refused { reason, status } => {
            Attempted { state: "refused", next_at: None, reason: Some(reason), status: status.map(i32::from) }
        }
        Attempt::Again { reason, status, after } => again(message, reason, status, after),
    }
}

/// Tries again later, or gives up after the last attempt.
fn again(
    message: &WebhookMessage,
    reason: &'static str,
    status: Option<u16>,
    after: Option<chrono::TimeDelta>,
) -> Attempted {
    let attempt = u32::try_from(message.attempts).unwrap_or(u32::MAX);
    let (reason, status) = (Some(reason), status.map(i32::from));
    match retry::next_wait(attempt, after, rand::random()) {
        Some(wait) => Attempted { state: "sending", next_at: Some(clock::now() + wait), reason, status },
        None => Attempted { state: "dead", next_at: None, reason, status },
    }
}
