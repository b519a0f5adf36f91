//! A call to a platform is made, and what became of it written down.

use chrono::{DateTime, Utc};
use jiekou_core::hotline::Partner;
use jiekou_core::notice::retry;
use jiekou_partner::hotline::Called;
use jiekou_store::hotlines::calls::{self, HotlineCall};
use jiekou_store::hotlines::contact;
use jiekou_store::work::deliveries::Outcome;
use serde_json::{Map, Value};
use tracing::{instrument, warn};

use super::connections::nonce;
use crate::{App, ServiceError};

/// Makes a claimed call. A platform that cannot be called yet is waited for as one that is away.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "hotline.call", skip_all)]
pub async fn attempt(app: &App, call: &HotlineCall, now: DateTime<Utc>) -> Result<Outcome, ServiceError> {
    let rules = app.rules();
    let (Some(peer), Some(partner)) =
        (app.hotlines.callable(&call.partner), rules.plan().hotlines.partner(&call.partner))
    else {
        return Ok(again(call, "no address or key of the platform is configured", now));
    };
    let id = call.call_id.simple().to_string();
    let body = renamed(&call.body.0, partner);
    let named = (id.as_str(), call.order_no.as_str());
    let called = app.hotlines.client.call(peer, &call.operation, named, &body, (&nonce(), now)).await;
    let (outcome, failure) = match called {
        Called::Taken(_) => (Outcome::Delivered, None),
        // Refusing is an answer.
        Called::Refused(reason) => (Outcome::Refused { reason }, None),
        Called::Again(reason) => (again(call, reason, now), Some(reason)),
    };
    contact::note(&app.pool, &super::watch_channels::outward(&call.partner), failure, now).await?;
    if outcome != Outcome::Delivered {
        warn!(
            hotline.partner = call.partner,
            hotline.operation = call.operation,
            ?outcome,
            "a call did not arrive"
        );
    }
    Ok(outcome)
}

/// Makes every call of an order now, whenever it was due, and waits for what becomes of them. Returns how many arrived.
///
/// # Errors
/// Storage.
pub(super) async fn call_now(
    app: &App,
    order: (&str, &str),
    now: DateTime<Utc>,
) -> Result<usize, ServiceError> {
    let lease = chrono::TimeDelta::seconds(60);
    let mut arrived = 0;
    for call in calls::claim(&app.pool, 50, Some(order), lease, now).await? {
        let outcome = attempt(app, &call, now).await?;
        arrived += usize::from(outcome == Outcome::Delivered);
        calls::settle(&app.pool, &call, &outcome, now).await?;
    }
    Ok(arrived)
}

fn again(call: &HotlineCall, reason: &'static str, now: DateTime<Utc>) -> Outcome {
    let attempt = u32::try_from(call.attempts).unwrap_or(u32::MAX);
    match retry::next_wait(attempt, None, rand::random()) {
        Some(wait) => Outcome::Again { at: now + wait, reason },
        None => Outcome::Dead { reason },
    }
}

/// The body under the platform's names for the fields.
fn renamed(body: &Value, partner: &Partner) -> Value {
    let fields = body.as_object().cloned().unwrap_or_default();
    let renamed: Map<String, Value> =
        fields.into_iter().map(|(name, value)| (partner.sent_name(&name).to_owned(), value)).collect();
    Value::Object(renamed)
}
