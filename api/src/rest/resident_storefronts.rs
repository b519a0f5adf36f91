//! `/v1/residents/me/storefronts`: the shops of a resident. How one is owned and lost is told in `docs/identity.md`.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::storefronts::{Bound, Proof, bind_own, shops_of, unbind};
use jiekou_service::{App, Resident};
use jiekou_store::storefronts::bindings::OwnedShop;
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::{NamedBody, missing};
use crate::extract::{Fields, JsonBody, OwnResidentSession};
use crate::graphql::readers;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Serialize, ToSchema)]
pub struct OwnStorefrontsBody {
    pub storefronts: Vec<OwnStorefrontBody>,
}

/// A shop (门前三包) that the caller owns.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "OwnStorefront", guard = "readers::RESIDENTS")]
#[serde(rename_all = "camelCase")]
pub struct OwnStorefrontBody {
    /// 一铺一码.
    pub code: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The stretch of road that its front lies on.
    pub segment: NamedBody,
    /// The center that answers there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub center: Option<NamedBody>,
    pub bound_at: DateTime<Utc>,
    /// `phone`: the register names the caller's; it is the caller's until the register names another. `code`: it was handed
    /// over.
    pub by: String,
}

impl OwnStorefrontBody {
    fn of(app: &App, shop: OwnedShop) -> Self {
        let rules = app.rules();
        let segment = rules.segment(&shop.segment_code);
        let center = segment.and_then(|segment| rules.center(&segment.town_code));
        Self {
            segment: segment_body(app, shop.segment_code),
            code: shop.code,
            name: shop.name,
            address: shop.address,
            center: center.map(|center| NamedBody { code: center.code, name: center.name }),
            bound_at: shop.bound_at,
            by: shop.by,
        }
    }
}

#[derive(Debug, ToSchema)]
#[schema(example = json!({"by": "code", "code": "0123456789abcdef0123456789abcdef"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct BindStorefrontBody {
    /// `phone`: every shop of the register that names the phone which the caller signed in with. `code`: the shop of a code
    /// that was handed over.
    pub by: String,
    /// With `code` only.
    pub code: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BoundStorefrontsBody {
    /// None: the register names the caller's phone with no shop.
    pub storefronts: Vec<BoundStorefrontBody>,
}

/// A shop that is the caller's now.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoundStorefrontBody {
    pub code: String,
    pub name: String,
    pub segment: NamedBody,
    /// Somebody else was its owner until now.
    pub replaced: bool,
}

impl BoundStorefrontBody {
    fn of(app: &App, shop: Bound) -> Self {
        Self {
            segment: segment_body(app, shop.segment_code),
            code: shop.code,
            name: shop.name,
            replaced: shop.replaced,
        }
    }
}

fn segment_body(app: &App, code: String) -> NamedBody {
    let name = app.rules().segment(&code).map_or_else(|| code.clone(), |segment| segment.name.clone());
    NamedBody { code, name }
}

/// The caller's shops, by code.
#[utoipa::path(get, path = "/v1/residents/me/storefronts", tag = "storefronts", security(("resident" = [])),
    responses((status = 200, body = OwnStorefrontsBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn own_storefronts(
    state: web::Data<State>,
    OwnResidentSession(caller): OwnResidentSession,
) -> Result<HttpResponse, Problem> {
    let storefronts = owned(&state.app, caller.resident).await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(OwnStorefrontsBody { storefronts }))
}

/// The shops of a resident, by code.
///
/// # Errors
/// Storage.
pub async fn owned(app: &App, resident: Resident) -> Result<Vec<OwnStorefrontBody>, Problem> {
    let shops = shops_of(&app.pool, resident.resident_id).await?;
    Ok(shops.into_iter().map(|shop| OwnStorefrontBody::of(app, shop)).collect())
}

/// Makes the caller the owner of shops. A shop has one owner: whoever was it before sees it no more. Wrong codes are counted
/// as misses, and too many of them stop the next one.
#[utoipa::path(post, path = "/v1/residents/me/storefronts", tag = "storefronts", request_body = BindStorefrontBody, security(("resident" = [])),
    responses((status = 200, body = BoundStorefrontsBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn bind_storefronts(
    state: web::Data<State>,
    OwnResidentSession(caller): OwnResidentSession,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let (by, code) = (fields.text("by"), fields.text("code"));
    let proof = match (by.as_deref(), code.as_deref()) {
        (Some("phone"), None) => Some(Proof::Phone),
        (Some("code"), Some(code)) => Some(Proof::Code(code)),
        (Some("phone"), Some(_)) => {
            fields.faults.push(FieldError::new("/code", FieldCode::NotAllowed, "手机号绑定不用绑定码"));
            None
        }
        (Some("code") | None, _) => None,
        (Some(_), _) => {
            fields.faults.push(FieldError::new("/by", FieldCode::Unknown, "应为 phone 或 code"));
            None
        }
    };
    let Some(proof) = proof.filter(|_| fields.faults.is_empty()) else {
        let asks_for_code = by.as_deref() == Some("code") && code.is_none();
        return Err(missing(fields.faults, &[("/by", by.is_none()), ("/code", asks_for_code)]));
    };
    let bound = bind_own(&state.app, caller.resident, proof, clock::now()).await?;
    let storefronts = bound.into_iter().map(|shop| BoundStorefrontBody::of(&state.app, shop)).collect();
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(BoundStorefrontsBody { storefronts }))
}

/// Gives a shop up: it has no owner then.
#[utoipa::path(delete, path = "/v1/residents/me/storefronts/{storefrontCode}", tag = "storefronts",
    params(("storefrontCode" = String, Path)), security(("resident" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn unbind_storefront(
    state: web::Data<State>,
    OwnResidentSession(caller): OwnResidentSession,
    shop: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    unbind(&state.app.pool, caller.resident.resident_id, &shop, clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}
