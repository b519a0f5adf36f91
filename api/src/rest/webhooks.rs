//! `GET` and `POST /v1/webhooks`: addresses at which a platform is told of steps; `DELETE /v1/webhooks/{webhookId}` and
//! `…/secret`.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::platform::Scope;
use jiekou_service::Platform;
use jiekou_service::platforms::authenticate;
use jiekou_service::webhooks::{self, WebhookWish};
use jiekou_store::platforms::webhooks::WebhookRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::{Fields, JsonBody};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body")]
pub struct NewWebhookBody {
    /// An `https://` address that anybody on the internet reaches.
    #[schema(max_length = 2000)]
    pub url: String,
    /// `case.opened`, `case.updated`, `case.closed`, `case.reopened`.
    pub events: Vec<String>,
    /// Code of a city, district or town; everywhere if left out.
    pub area: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookListBody {
    pub webhooks: Vec<WebhookBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookBody {
    pub webhook_id: Uuid,
    pub url: String,
    pub events: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    pub created_at: DateTime<Utc>,
    /// Until then the secret before signs, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_secret_ends_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NewWebhookAnswer {
    pub webhook: WebhookBody,
    /// `whsec_…` as standardwebhooks.com has it, in this answer only.
    pub secret: String,
}

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct ReplaceSecretBody {
    /// Until when the secret before signs beside the new one, within 7 days; 24 hours if left out.
    pub old_ends_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookSecretBody {
    pub secret: String,
}

impl From<WebhookRow> for WebhookBody {
    fn from(row: WebhookRow) -> Self {
        Self {
            webhook_id: row.webhook_id,
            url: row.url,
            events: row.events,
            area: row.area,
            created_at: row.created_at,
            old_secret_ends_at: row.old_ends_at,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
        }
    }
}

/// The platform whose key the header `Api-Key` has.
pub(super) async fn platform(state: &State, request: &HttpRequest) -> Result<Platform, Problem> {
    let key = request.headers().get("Api-Key").and_then(|key| key.to_str().ok());
    Ok(authenticate(&state.app, key, Some(Scope::Webhooks), 1, clock::now()).await?)
}

/// The id in an address.
pub(super) fn parse_webhook(text: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(text).map_err(|_none| Kind::UnknownWebhook.into())
}

/// The webhooks of the platform; header `Api-Key`, scope `webhooks`.
#[utoipa::path(get, path = "/v1/webhooks", tag = "platforms", params(("Api-Key" = Option<String>, Header, description = "Key of a platform")),
    responses((status = 200, body = WebhookListBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list_webhooks(state: web::Data<State>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let platform = platform(&state, &request).await?;
    let found = webhooks::list_webhooks(&state.app, &platform).await?;
    let webhooks = found.into_iter().map(WebhookBody::from).collect();
    Ok(HttpResponse::Ok().json(WebhookListBody { webhooks }))
}

/// Subscribes an address to kinds of steps.
#[utoipa::path(post, path = "/v1/webhooks", tag = "platforms", request_body = NewWebhookBody, params(("Api-Key" = Option<String>, Header, description = "Key of a platform")),
    responses((status = 201, body = NewWebhookAnswer), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn subscribe(
    state: web::Data<State>,
    request: HttpRequest,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let platform = platform(&state, &request).await?;
    let mut fields = Fields::new(&body.object);
    let wish = WebhookWish {
        url: fields.text("url"),
        events: fields.texts("events"),
        area: fields.text("area"),
        faults: fields.faults,
    };
    let made = webhooks::subscribe(&state.app, &platform, wish, clock::now()).await?;
    let body = NewWebhookAnswer { webhook: made.row.into(), secret: made.secret.reveal() };
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(body))
}

/// Ends a webhook; what waits to be sent is not sent any more.
#[utoipa::path(delete, path = "/v1/webhooks/{webhookId}", tag = "platforms", params(("webhookId" = Uuid, Path), ("Api-Key" = Option<String>, Header, description = "Key of a platform")),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn end_webhook(
    state: web::Data<State>,
    request: HttpRequest,
    webhook_id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let platform = platform(&state, &request).await?;
    webhooks::end_webhook(&state.app, &platform, parse_webhook(&webhook_id)?, clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Replaces the secret of a webhook; both sign for a while.
#[utoipa::path(post, path = "/v1/webhooks/{webhookId}/secret", tag = "platforms", request_body = ReplaceSecretBody, params(("webhookId" = Uuid, Path), ("Api-Key" = Option<String>, Header, description = "Key of a platform")),
    responses((status = 201, body = WebhookSecretBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn replace_secret(
    state: web::Data<State>,
    request: HttpRequest,
    webhook_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let platform = platform(&state, &request).await?;
    let id = parse_webhook(&webhook_id)?;
    let mut fields = Fields::new(&body.object);
    let until = fields.moment("oldEndsAt");
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let secret = webhooks::replace_secret(&state.app, &platform, id, until, clock::now()).await?;
    let body = WebhookSecretBody { secret: secret.reveal() };
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(body))
}
