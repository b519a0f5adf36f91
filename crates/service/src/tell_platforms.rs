//! A case took a step: platforms whose reports follow it can read so.

use chrono::{DateTime, Utc};
use jiekou_core::case::State;
use jiekou_core::place::Wgs84;
use jiekou_core::platform::EventKind;
use jiekou_core::public_view::{Progress, PublicStatus, rounded};
use jiekou_store::platforms::{updates, webhook_deliveries};
use serde_json::json;
use tracing::instrument;

use crate::{App, ServiceError};

/// Acts of the sender's own: it knows them.
const OWN: [&str; 8] =
    ["received", "joined", "imported", "added", "answered", "urged", "withdraw", "callBackAnswered"];

/// Most requests that an event names: a case that hundreds reported is told by its number.
const MOST_REQUESTS: i64 = 50;

/// Notes the step in this log line for the platforms that filed reports of the case. Doing it twice notes it once.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "tell_platforms", skip_all)]
pub async fn tell_platforms(app: &App, log_id: i64, now: DateTime<Utc>) -> Result<(), ServiceError> {
    updates::fan_out(&app.pool, log_id, &published_steps(app), now).await?;
    tell_webhooks(app, log_id, now).await
}

/// Creates the messages to webhooks that subscribed to such a step there.
async fn tell_webhooks(app: &App, log_id: i64, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let Some(step) = webhook_deliveries::step(&app.pool, log_id).await? else { return Ok(()) };
    let rules = app.rules();
    let (Some(occasion), Some(state)) = (rules.occasion(&step.act), State::from_name(&step.state)) else {
        return Ok(());
    };
    let from = step.from_state.as_deref().and_then(State::from_name);
    let to = step.to_state.as_deref().and_then(State::from_name).or(from).unwrap_or(state);
    // Only the first line of a case has neither.
    let kind = if step.from_state.is_none() && step.to_state.is_none() {
        EventKind::Updated
    } else {
        EventKind::of(from, to)
    };
    if !webhook_deliveries::is_wanted(&app.pool, kind.name(), &step.center_code).await? {
        return Ok(());
    }
    let point = step.longitude.zip(step.latitude).and_then(|(x, y)| Wgs84::new(x, y).ok()).map(rounded);
    let body = json!({
        "type": kind.name(),
        "timestamp": step.at,
        "data": {
            "caseNumber": step.case_number,
            "serviceRequestIds": webhook_deliveries::reports(&app.pool, step.case_id, MOST_REQUESTS).await?,
            "act": step.act,
            "title": occasion.title,
            "status": PublicStatus::of(to).name(),
            "progress": Progress::of(to).name(),
            "category": step.category,
            "center": step.center_code,
            "segment": step.segment_code,
            "location": point.map(|(longitude, latitude)| json!({ "longitude": longitude, "latitude": latitude })),
        },
    });
    let body = body.to_string();
    webhook_deliveries::create(&app.pool, log_id, kind.name(), &step.center_code, &body, now).await?;
    Ok(())
}

/// Acts that citizens are told of, without the sender's own.
fn published_steps(app: &App) -> Vec<String> {
    let acts = app.rules().data().notices.iter().map(|occasion| occasion.act.clone()).collect::<Vec<_>>();
    acts.into_iter().filter(|act| !OWN.contains(&act.as_str())).collect()
}
