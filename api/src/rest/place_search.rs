//! `GET /v1/places`: places by a part of their name, while somebody types.

use actix_web::{HttpResponse, web};
use jiekou_service::search_places::search_places as search;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shapes::PlaceBody;
use crate::extract::SignedIn;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlaceQuery {
    /// Part of a name, or an address such as 大学路77号.
    #[param(max_length = 100)]
    pub q: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlacesBody {
    /// Best first, at most 20.
    pub places: Vec<PlaceBody>,
}

/// Landmarks, shops, roads, towns and house numbers.
#[utoipa::path(get, path = "/v1/places", tag = "places", params(PlaceQuery), security(("staff" = [])),
    responses((status = 200, body = PlacesBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn search_places(
    state: web::Data<State>,
    query: web::Query<PlaceQuery>,
    _staff: SignedIn,
) -> Result<HttpResponse, Problem> {
    let found = search(&state.app, query.q.as_deref().unwrap_or_default())?;
    Ok(HttpResponse::Ok().json(PlacesBody { places: found.into_iter().map(PlaceBody::from).collect() }))
}
