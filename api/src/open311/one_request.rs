//! `GET /open311/v2/requests/{id}.{format}`: one request; `GET /open311/v2/tokens/{token}.{format}`: which one it is.

use actix_web::{HttpRequest, HttpResponse, web};
use jiekou_boot::clock;
use jiekou_partner::open311::Node;
use jiekou_service::open311::{Wanted, find_token, list_requests};
use uuid::Uuid;

use super::answer::{check_jurisdiction, document, format, parameters};
use super::fault::Fault;
use super::incoming::reader;
use super::request_node;
use crate::state::State;

pub async fn request(
    state: web::Data<State>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let (id, suffix) = path.into_inner();
    let format = format(&suffix)?;
    let form = parameters(request.query_string(), format)?;
    check_jurisdiction(&state, &form, format)?;
    let unknown = || Fault::not_found(format, "service_request_id was not found");
    let id = Uuid::try_parse(&id).map_err(|_none| unknown())?;
    let extended = form.get("extensions") == Some("true");
    let wanted = Wanted { ids: Some(vec![id]), extended, page: 1, page_size: 1, ..Wanted::default() };
    let reader = reader(&state, &request, &form, format).await?;
    let found = list_requests(&state.app, &wanted, reader.as_ref(), clock::now()).await;
    let found = found.map_err(|error| Fault::of_service(format, error))?;
    if found.is_empty() {
        return Err(unknown());
    }
    Ok(document(format, "service_requests", &request_node::requests(found, extended)))
}

/// A token is what the sender called its request, so that one whose answer was lost is found again.
pub async fn token(
    state: web::Data<State>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let (token, suffix) = path.into_inner();
    let format = format(&suffix)?;
    let form = parameters(request.query_string(), format)?;
    check_jurisdiction(&state, &form, format)?;
    let reader = reader(&state, &request, &form, format).await?;
    let found = find_token(&state.app, reader.as_ref(), &token).await;
    let found = found.map_err(|error| Fault::of_service(format, error))?;
    let id = found.ok_or_else(|| Fault::not_found(format, "token was not found"))?;
    let node =
        Node::Fields(vec![("service_request_id", Node::Text(id.to_string())), ("token", Node::Text(token))]);
    Ok(document(format, "service_requests", &Node::List("request", vec![node])))
}
