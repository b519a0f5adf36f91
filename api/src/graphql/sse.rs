//! Operations over Server-Sent Events: graphql-sse, one connection an operation.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Bytes;
use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_stream::wrappers::ReceiverStream;

use super::asked::Asked;
use super::caller::Caller;
use super::socket::{LONGEST, TICK};

/// Events that wait for a slow client.
const WAITING: usize = 8;

/// Answers with the events of the operation until it is complete.
pub fn answer(caller: Caller, asked: Asked) -> HttpResponse {
    let (events, waiting) = mpsc::channel(WAITING);
    actix_web::rt::spawn(send(caller, asked, events));
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(ReceiverStream::new(waiting))
}

async fn send(caller: Caller, asked: Asked, events: mpsc::Sender<Result<Bytes, Infallible>>) {
    let mut responses = caller.state.graphql.stream(caller.clone(), asked);
    let stopping = caller.state.live.lifecycle.stopping.clone();
    let until = Instant::now() + LONGEST;
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (pulse, patience) = (caller.state.graphql.pulse, caller.state.graphql.patience);
    let mut silent = Duration::ZERO;
    loop {
        let event = tokio::select! {
            () = stopping.cancelled() => return,
            () = events.closed() => return,
            response = responses.next() => match response {
                Some(response) => event("next", &serde_json::to_string(&response).unwrap_or_default()),
                None => break,
            },
            _ = ticks.tick() => {
                if caller.has_ended() || (caller.bearer.is_some() && Instant::now() > until) {
                    break;
                }
                silent += TICK;
                if silent < pulse {
                    continue;
                }
                Bytes::from_static(b":\n\n")
            }
        };
        silent = Duration::ZERO;
        if !sent(&events, event, patience).await {
            return;
        }
    }
    sent(&events, event("complete", ""), patience).await;
}

/// Whether the client takes it in good time: who does not is dropped, with the place it held.
async fn sent(events: &mpsc::Sender<Result<Bytes, Infallible>>, event: Bytes, patience: Duration) -> bool {
    matches!(tokio::time::timeout(patience, events.send(Ok(event))).await, Ok(Ok(())))
}

fn event(name: &str, data: &str) -> Bytes {
    Bytes::from(format!("event: {name}\ndata: {data}\n\n"))
}
