//! What the one who assesses does: flags, circulars, placards, draws.

mod at_once;
mod circulars;
mod draws;
mod flags;
mod placards;
mod requirement;

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;

use crate::harness::{Answer, Staff, World};

async fn put(staff: &Staff, path: &str, body: &Value) -> Answer {
    staff.api.send(staff.request(Method::PUT, path).json(body)).await
}

/// Subject, state and recipient of each message to people of the plan, in the order they were written.
async fn told(world: &World) -> Vec<(String, String)> {
    sqlx::query_as(
        "select n.subject, d.recipient from letter n join delivery d using (letter_id)
         order by n.written_at, n.subject, d.recipient",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap()
}

async fn wait_for(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !holds().await {
        assert!(started.elapsed() < Duration::from_secs(20), "no {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
