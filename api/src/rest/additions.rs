//! `POST /v1/reports/{trackingCode}/additions`: more words or photos of the author.

use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::SimpleObject;
use jiekou_boot::clock;
use jiekou_service::add_to_report::{NewAddition, add_to_report as add};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::SafetyBody;
use crate::extract::{Caller, Fields, JsonBody, idempotency_key};
use crate::graphql::readers;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// What is added; words or photos must be there.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct AdditionBody {
    #[schema(max_length = 2000)]
    pub description: Option<String>,
    #[schema(max_items = 9)]
    pub photo_ids: Option<Vec<Uuid>>,
    /// The report's claim secret, unless it is in the `Claim-Secret` header or the account of its author asks.
    pub claim_secret: Option<String>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ReportAdded", guard = "readers::ANYBODY")]
#[serde(rename_all = "camelCase")]
pub struct AddedBody {
    pub addition_id: Uuid,
    /// It answered an open question of the center.
    pub answers_question: bool,
    /// What to do at once, when the words speak of danger to life.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub safety: Option<SafetyBody>,
}

/// Adds to a report.
#[utoipa::path(post, path = "/v1/reports/{trackingCode}/additions", tag = "reports", request_body = AdditionBody, security((), ("resident" = [])),
    params(("trackingCode" = String, Path), ("Claim-Secret" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = AddedBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn add_to_report(
    state: web::Data<State>,
    request: HttpRequest,
    code: web::Path<String>,
    Caller(caller): Caller,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let header = request.headers().get("Claim-Secret").and_then(|value| value.to_str().ok());
    let mut fields = Fields::new(&body.object);
    let secret = fields.claim_secret(header);
    let words = fields.text("description");
    let photo_ids = fields.ids("photoIds");
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let key = idempotency_key(&request, body.hash, &caller)?;
    let addition = NewAddition { secret: secret.as_ref(), words: words.as_deref(), photo_ids: &photo_ids };
    let added = add(&state.app, &code, &addition, &caller, key.as_ref(), clock::now()).await?;
    let body = AddedBody {
        addition_id: added.addition_id,
        answers_question: added.answers_question,
        safety: added.safety.map(SafetyBody::from),
    };
    Ok(HttpResponse::Created().json(body))
}
