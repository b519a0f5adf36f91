//! A platform reads what was sent to its webhook, and has it sent again.

use chrono::{DateTime, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::platforms::webhook_deliveries::{self, LoggedDelivery};
use jiekou_store::platforms::webhooks;
use tracing::instrument;
use uuid::Uuid;

use crate::{App, Platform, ServiceError};

/// Messages on one page.
const PAGE: usize = 50;
const ASKED: i64 = 51;
const STATES: [&str; 5] = ["created", "sending", "delivered", "refused", "dead"];

/// One page of the log, and the cursor of the next.
#[derive(Debug, Clone)]
pub struct DeliveryPage {
    pub items: Vec<LoggedDelivery>,
    pub next: Option<String>,
}

/// What was sent to a webhook, the newest first; of one state where `state` says.
///
/// # Errors
/// [`ServiceError::UnknownWebhook`]; a state that there is not; a broken cursor; storage.
#[instrument(level = "debug", name = "webhook_deliveries", skip_all)]
pub async fn deliveries(
    app: &App,
    platform: &Platform,
    webhook_id: Uuid,
    state: Option<&str>,
    cursor: Option<&str>,
) -> Result<DeliveryPage, ServiceError> {
    let own = webhooks::own(&app.pool, platform.platform_id, webhook_id).await?;
    own.ok_or(ServiceError::UnknownWebhook)?;
    if state.is_some_and(|state| !STATES.contains(&state)) {
        let words = format!("状态请填 {}", STATES.join("、"));
        return Err(ServiceError::field(FieldError::new("/state", FieldCode::Unknown, words)));
    }
    let before = cursor.map(|text| read(text).ok_or_else(broken)).transpose()?;
    let mut items = webhook_deliveries::list(&app.pool, webhook_id, state, before, ASKED).await?;
    let more = items.len() > PAGE;
    items.truncate(PAGE);
    let next = items.last().filter(|_| more);
    let next = next.map(|last| format!("{}.{}", last.created_at.timestamp_micros(), last.delivery_id));
    Ok(DeliveryPage { items, next })
}

fn read(cursor: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (at, id) = cursor.split_once('.')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, Uuid::try_parse(id).ok()?))
}

fn broken() -> ServiceError {
    ServiceError::field(FieldError::new("/cursor", FieldCode::Malformed, "请使用上一页的 nextCursor"))
}

/// Has a message that has ended sent again, under the id that it had.
///
/// # Errors
/// [`ServiceError::UnknownWebhookDelivery`]; storage.
#[instrument(level = "debug", name = "replay_webhook_delivery", skip_all)]
pub async fn replay(
    app: &App,
    platform: &Platform,
    delivery_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let replayed = webhook_deliveries::replay(&app.pool, platform.platform_id, delivery_id, now).await?;
    if replayed { Ok(()) } else { Err(ServiceError::UnknownWebhookDelivery) }
}
