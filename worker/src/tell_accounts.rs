//! Messages to people about their accounts: claim, send, write what became of it. Apart from deliveries, so that whoever waits
//! for a code does not wait behind thousands of notices.

use std::sync::Arc;

use jiekou_boot::clock;
use jiekou_core::notice::retry;
use jiekou_service::ServiceError;
use jiekou_service::account_message::{TextMessage, open};
use jiekou_service::tell_reporters::Message;
use jiekou_store::work::account_messages::{self, AccountMessage};
use jiekou_store::work::deliveries::Outcome;
use tokio::task::JoinSet;
use tracing::{error, warn};

use crate::channel::Sent;
use crate::contact::Contact;
use crate::guard::guarded;
use crate::lease::under_lease;
use crate::run::Worker;

/// Messages in flight at once.
const SENDERS: usize = 8;

/// Works through due messages until asked to stop; whoever has ended makes room for the next.
pub async fn work(worker: Arc<Worker>) {
    let mut under_way = JoinSet::new();
    let mut contact = Contact::new(worker.lease.to_std().unwrap_or_default() / 2);
    while !worker.is_stopping() {
        // A panic in an attempt was caught and settled inside it.
        while under_way.try_join_next().is_some() {}
        let free = i64::try_from(SENDERS - under_way.len().min(SENDERS)).unwrap_or_default();
        let (pool, lease, take_over) = (&worker.app.pool, worker.lease, contact.is_steady());
        let claimed = account_messages::claim(pool, free, take_over, lease, clock::now()).await;
        contact.note(claimed.is_ok());
        match claimed {
            Ok(claimed) if !claimed.is_empty() => {
                for message in claimed {
                    let worker = Arc::clone(&worker);
                    under_way.spawn(async move { settle(&worker, message).await });
                }
            }
            Ok(_) => {
                tokio::select! {
                    () = worker.rest() => {}
                    Some(_) = under_way.join_next() => {}
                }
            }
            Err(error) => {
                warn!(error = %error, "messages about accounts wait for the database");
                worker.rest().await;
            }
        }
    }
    while under_way.join_next().await.is_some() {}
}

async fn settle(worker: &Worker, message: AccountMessage) {
    let pool = &worker.app.pool;
    let renew = || account_messages::renew(pool, &message, worker.lease, clock::now());
    let attempted = under_lease(worker.lease, guarded(attempt(worker, &message)), renew).await;
    let Some(outcome) = attempted else {
        warn!(message.id = %message.message_id, "the lease of a message was lost while sending");
        return;
    };
    let outcome = outcome.unwrap_or_else(|_shown| again(&message, "the attempt broke off"));
    // Once taken it must not be sent again: the end is written however long the database is away.
    loop {
        match account_messages::settle(pool, &message, &outcome, clock::now()).await {
            Ok(true) => return,
            Ok(false) => {
                warn!(message.id = %message.message_id, "a message ended after its lease had passed to another worker");
                return;
            }
            Err(error) => {
                warn!(error = %error, message.id = %message.message_id, "the end of a message is not written yet");
                tokio::time::sleep(worker.poll).await;
            }
        }
    }
}

/// Tries again later, unless what the message says is of no use by then.
fn again(message: &AccountMessage, reason: &'static str) -> Outcome {
    let attempt = u32::try_from(message.attempts).unwrap_or(u32::MAX);
    let next = retry::next_wait(attempt, None, rand::random()).map(|wait| clock::now() + wait);
    match next.filter(|at| *at < message.expires_at) {
        Some(at) => Outcome::Again { at, reason },
        None => Outcome::Dead { reason },
    }
}

async fn attempt(worker: &Worker, message: &AccountMessage) -> Outcome {
    if message.expires_at <= clock::now() {
        return Outcome::Dead { reason: "it was of no use any more" };
    }
    let sent = match message.channel.as_str() {
        "sms" if message.taken_over => Sent::Unknown("whoever sent it was not heard of again"),
        "sms" => match open::<TextMessage>(&worker.app, message) {
            Ok(text) => worker.channels.send_text(message.message_id, &text).await,
            Err(error) => return does_not_open(message, &error),
        },
        channel => match open::<Message>(&worker.app, message) {
            Ok(words) => worker.channels.send(channel, message.message_id, &words).await,
            Err(error) => return does_not_open(message, &error),
        },
    };
    match sent {
        Sent::Taken => Outcome::Delivered,
        Sent::Refused(reason) => Outcome::Refused { reason },
        Sent::Again(reason) => again(message, reason),
        Sent::Unknown(reason) => Outcome::Dead { reason },
    }
}

fn does_not_open(message: &AccountMessage, why: &ServiceError) -> Outcome {
    error!(error = %why, message.id = %message.message_id, "a message does not open");
    Outcome::Dead { reason: "the message does not open" }
}
