//! `GET` and `POST /v1/platforms`: systems of others; `…/disabling` and `…/enabling`: stopping one.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::platforms::{self, PlatformView, PlatformWish};
use jiekou_store::platforms::keys::KeyRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::missing;
use super::staff_acts::StaffReasonBody;
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"name": "信息采集公司", "level": "district", "area": "410103"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct NewPlatformBody {
    #[schema(max_length = 100)]
    pub name: String,
    /// Level and code of the area whose administrators manage it.
    pub level: String,
    pub area: String,
    /// Sign-in name of the account on whose behalf it files findings; the scope `bulk` needs one.
    pub acts_for: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlatformListBody {
    pub platforms: Vec<PlatformBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlatformBody {
    pub platform_id: Uuid,
    pub name: String,
    pub level: String,
    pub area: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acts_for: Option<String>,
    pub created_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<DateTime<Utc>>,
    pub keys: Vec<ApiKeyBody>,
}

/// A key without the key.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyBody {
    pub key_id: Uuid,
    /// What it begins with.
    pub prefix: String,
    pub scopes: Vec<String>,
    pub per_minute: i32,
    pub per_day: i32,
    pub created_at: DateTime<Utc>,
    /// Good until then; absent: until somebody ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<DateTime<Utc>>,
}

impl From<KeyRow> for ApiKeyBody {
    fn from(row: KeyRow) -> Self {
        Self {
            key_id: row.key_id,
            prefix: row.prefix,
            scopes: row.scopes,
            per_minute: row.per_minute,
            per_day: row.per_day,
            created_at: row.created_at,
            ends_at: row.ends_at,
            last_used_at: row.last_used_at,
        }
    }
}

impl From<PlatformView> for PlatformBody {
    fn from(view: PlatformView) -> Self {
        let PlatformView { platform, keys } = view;
        Self {
            platform_id: platform.platform_id,
            name: platform.name,
            level: platform.level,
            area: platform.area,
            acts_for: platform.acts_for_name,
            created_at: platform.created_at,
            disabled_at: platform.disabled_at,
            keys: keys.into_iter().map(ApiKeyBody::from).collect(),
        }
    }
}

/// The platforms of the caller's area, with their keys.
#[utoipa::path(get, path = "/v1/platforms", tag = "platforms", security(("staff" = [])),
    responses((status = 200, body = PlatformListBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list_platforms(state: web::Data<State>, caller: SignedIn) -> Result<HttpResponse, Problem> {
    let found = platforms::list_platforms(&state.app, &caller.0).await?;
    let platforms = found.into_iter().map(PlatformBody::from).collect();
    Ok(HttpResponse::Ok().json(PlatformListBody { platforms }))
}

/// Registers a platform; it has no key yet.
#[utoipa::path(post, path = "/v1/platforms", tag = "platforms", request_body = NewPlatformBody, security(("staff" = [])),
    responses((status = 201, body = PlatformBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn register_platform(
    state: web::Data<State>,
    caller: SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let wish = PlatformWish {
        name: fields.text("name"),
        level: fields.text("level"),
        area: fields.text("area"),
        acts_for: fields.text("actsFor"),
        faults: fields.faults,
    };
    let view = platforms::register_platform(&state.app, &caller.0, wish, clock::now()).await?;
    Ok(HttpResponse::Created().json(PlatformBody::from(view)))
}

/// Stops a platform: none of its keys is good until it is enabled.
#[utoipa::path(post, path = "/v1/platforms/{platformId}/disabling", tag = "platforms", params(("platformId" = Uuid, Path)), request_body = StaffReasonBody, security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn disable_platform(
    state: web::Data<State>,
    caller: SignedIn,
    platform_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    set_disabled(&state, &caller, &platform_id, &body, true).await
}

/// Lets a platform go on that was stopped.
#[utoipa::path(post, path = "/v1/platforms/{platformId}/enabling", tag = "platforms", params(("platformId" = Uuid, Path)), request_body = StaffReasonBody, security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn enable_platform(
    state: web::Data<State>,
    caller: SignedIn,
    platform_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    set_disabled(&state, &caller, &platform_id, &body, false).await
}

async fn set_disabled(
    state: &State,
    caller: &SignedIn,
    platform_id: &str,
    body: &JsonBody,
    disabled: bool,
) -> Result<HttpResponse, Problem> {
    let reason = reason(body)?;
    let id = parse_platform(platform_id)?;
    platforms::set_disabled(&state.app, &caller.0, id, disabled, &reason, clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The reason that an act needs.
pub(super) fn reason(body: &JsonBody) -> Result<String, Problem> {
    let mut fields = Fields::new(&body.object);
    let reason = fields.text("reason");
    reason.ok_or_else(|| missing(fields.faults, &[("/reason", true)]))
}

/// The id in an address.
pub(super) fn parse_platform(text: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(text).map_err(|_none| Kind::UnknownPlatform.into())
}
