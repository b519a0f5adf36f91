//! `POST /v1/platforms/{platformId}/keys`: a key is issued; `…/keys/{keyId}/end`: it ends.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::platforms::{self, KeyWish};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::platforms::{ApiKeyBody, parse_platform, reason};
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"scopes": ["open311:write", "updates"], "perMinute": 60}))]
#[expect(dead_code, reason = "describes the body")]
pub struct NewKeyBody {
    /// `open311:write`, `updates`, `device`, `bulk`, `webhooks`.
    pub scopes: Vec<String>,
    /// Uses within one minute and within one day; 60 and 10,000 if left out.
    pub per_minute: Option<i64>,
    pub per_day: Option<i64>,
    pub ends_at: Option<DateTime<Utc>>,
    /// When the keys before it end, within 90 days: until then both are good.
    pub others_end_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IssuedKeyBody {
    /// The key itself, in this answer only.
    pub key: String,
    pub issued: ApiKeyBody,
}

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"reason": "密钥可能泄露"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct EndKeyBody {
    /// Stands in the log; up to 500 characters.
    pub reason: String,
    /// At once if left out.
    pub at: Option<DateTime<Utc>>,
}

/// Issues a key, which is shown once. A platform has two good keys at most.
#[utoipa::path(post, path = "/v1/platforms/{platformId}/keys", tag = "platforms", params(("platformId" = Uuid, Path)), request_body = NewKeyBody, security(("staff" = [])),
    responses((status = 201, body = IssuedKeyBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn issue_key(
    state: web::Data<State>,
    caller: SignedIn,
    platform_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let id = parse_platform(&platform_id)?;
    let mut fields = Fields::new(&body.object);
    let wish = KeyWish {
        scopes: fields.texts("scopes"),
        per_minute: fields.whole("perMinute"),
        per_day: fields.whole("perDay"),
        ends_at: fields.moment("endsAt"),
        others_end_at: fields.moment("othersEndAt"),
        faults: fields.faults,
    };
    let issued = platforms::issue_key(&state.app, &caller.0, id, wish, clock::now()).await?;
    let body = IssuedKeyBody { key: issued.key.reveal().to_owned(), issued: issued.row.into() };
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(body))
}

/// Ends a key.
#[utoipa::path(post, path = "/v1/platforms/{platformId}/keys/{keyId}/end", tag = "platforms", params(("platformId" = Uuid, Path), ("keyId" = Uuid, Path)), request_body = EndKeyBody, security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn end_key(
    state: web::Data<State>,
    caller: SignedIn,
    path: web::Path<(String, String)>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let (platform_id, key_id) = path.into_inner();
    let id = parse_platform(&platform_id)?;
    let key_id = Uuid::try_parse(&key_id).map_err(|_none| Problem::from(Kind::UnknownKey))?;
    let mut fields = Fields::new(&body.object);
    let at = fields.moment("at");
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let reason = reason(&body)?;
    platforms::end_key(&state.app, &caller.0, id, key_id, at, &reason, clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}
