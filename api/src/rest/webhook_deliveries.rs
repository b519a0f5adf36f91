//! `GET /v1/webhooks/{webhookId}/deliveries`: what was sent to a webhook; `POST /v1/webhook-deliveries/{deliveryId}/replay`.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::webhooks;
use jiekou_store::platforms::webhook_deliveries::LoggedDelivery;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::webhooks::{parse_webhook, platform};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WebhookDeliveryQuery {
    /// `created`, `sending`, `delivered`, `refused` or `dead`.
    pub state: Option<String>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookDeliveriesBody {
    pub deliveries: Vec<WebhookDeliveryBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookDeliveryBody {
    /// `webhook-id` of the message, however often it is sent.
    pub delivery_id: Uuid,
    #[serde(rename = "type")]
    pub kind: String,
    pub state: String,
    pub attempts: i32,
    /// What the address answered last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub created_at: DateTime<Utc>,
    /// When it is tried next, while it has not ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// How often it was asked for again.
    pub replays: i32,
}

impl From<LoggedDelivery> for WebhookDeliveryBody {
    fn from(row: LoggedDelivery) -> Self {
        Self {
            delivery_id: row.delivery_id,
            kind: row.kind,
            state: row.state,
            attempts: row.attempts,
            status: row.status,
            reason: row.reason,
            created_at: row.created_at,
            next_at: Some(row.next_at).filter(|_| row.final_at.is_none()),
            ended_at: row.final_at,
            replays: row.replays,
        }
    }
}

/// What was sent to a webhook in the last 30 days, the newest first.
#[utoipa::path(get, path = "/v1/webhooks/{webhookId}/deliveries", tag = "platforms", params(("webhookId" = Uuid, Path), WebhookDeliveryQuery, ("Api-Key" = Option<String>, Header, description = "Key of a platform")),
    responses((status = 200, body = WebhookDeliveriesBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn webhook_deliveries(
    state: web::Data<State>,
    request: HttpRequest,
    webhook_id: web::Path<String>,
    query: web::Query<WebhookDeliveryQuery>,
) -> Result<HttpResponse, Problem> {
    let platform = platform(&state, &request).await?;
    let id = parse_webhook(&webhook_id)?;
    let (wanted, cursor) = (query.state.as_deref(), query.cursor.as_deref());
    let page = webhooks::deliveries(&state.app, &platform, id, wanted, cursor).await?;
    let deliveries = page.items.into_iter().map(WebhookDeliveryBody::from).collect();
    Ok(HttpResponse::Ok().json(WebhookDeliveriesBody { deliveries, next_cursor: page.next }))
}

/// Has a message that has ended sent again, under the id that it had.
#[utoipa::path(post, path = "/v1/webhook-deliveries/{deliveryId}/replay", tag = "platforms", params(("deliveryId" = Uuid, Path), ("Api-Key" = Option<String>, Header, description = "Key of a platform")),
    responses((status = 202), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn replay_webhook_delivery(
    state: web::Data<State>,
    request: HttpRequest,
    delivery_id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let platform = platform(&state, &request).await?;
    let unknown = |_none| Problem::from(Kind::UnknownWebhookDelivery);
    let id = Uuid::try_parse(&delivery_id).map_err(unknown)?;
    webhooks::replay(&state.app, &platform, id, clock::now()).await?;
    Ok(HttpResponse::Accepted().finish())
}
