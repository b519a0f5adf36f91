//! `/v1/storefronts/{storefrontCode}/…`: what staff do about the owner of a shop.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::storefronts::{end_binding, hand_over_code};
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::SignedIn;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

/// A code by which somebody becomes the owner of the shop.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StorefrontCodeBody {
    /// Shown this once; good once.
    pub code: String,
    pub expires_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OwnerEndedBody {
    /// The shop had an owner.
    pub ended: bool,
}

/// Makes a code to hand to the owner of a shop, good once and for seven days; one made before is good no more. For road
/// chiefs, community officers and dispatchers of its area.
#[utoipa::path(post, path = "/v1/storefronts/{storefrontCode}/owner-code", tag = "storefronts",
    params(("storefrontCode" = String, Path)), security(("staff" = [])),
    responses((status = 201, body = StorefrontCodeBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn make_owner_code(
    state: web::Data<State>,
    caller: SignedIn,
    shop: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let handed = hand_over_code(&state.app, &caller.0, &shop, clock::now()).await?;
    let body = StorefrontCodeBody { code: handed.code.reveal().to_owned(), expires_at: handed.expires_at };
    Ok(HttpResponse::Created().insert_header((CACHE_CONTROL, "no-store")).json(body))
}

/// Ends the binding of a shop's owner: the shop has changed hands. The owner sees it no more at once.
#[utoipa::path(delete, path = "/v1/storefronts/{storefrontCode}/owner", tag = "storefronts",
    params(("storefrontCode" = String, Path)), security(("staff" = [])),
    responses((status = 200, body = OwnerEndedBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn end_owner(
    state: web::Data<State>,
    caller: SignedIn,
    shop: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let ended = end_binding(&state.app, &caller.0, &shop, clock::now()).await?;
    Ok(HttpResponse::Ok().json(OwnerEndedBody { ended }))
}
