//! Which address leads to which endpoint. The suffix of an address is the format of its answer.

use actix_web::body::MessageBody;
use actix_web::dev::{HttpServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpRequest, HttpResponse, Resource, Route, web};

use super::answer::suffix;
use super::fault::Fault;
use super::{
    add_update, definition, discovery, file_request, list_requests, list_updates, one_request, services,
};
use crate::address::readable;

/// Everything under `/open311/v2`.
pub fn scope() -> impl HttpServiceFactory {
    web::scope("/open311/v2")
        .wrap(from_fn(readable_from_everywhere))
        .service(address("/discovery.{format}", "GET, HEAD", [readable().to(discovery::discovery)]))
        .service(address("/services.{format}", "GET, HEAD", [readable().to(services::services)]))
        .service(address("/services/{code}.{format}", "GET, HEAD", [readable().to(definition::definition)]))
        .service(address(
            "/requests.{format}",
            "GET, HEAD, POST",
            [readable().to(list_requests::requests), web::post().to(file_request::file)],
        ))
        .service(address("/requests/{id}.{format}", "GET, HEAD", [readable().to(one_request::request)]))
        .service(address("/tokens/{token}.{format}", "GET, HEAD", [readable().to(one_request::token)]))
        .service(address(
            "/servicerequestupdates.{format}",
            "GET, HEAD, POST",
            [readable().to(list_updates::updates), web::post().to(add_update::add)],
        ))
        .default_service(web::to(no_such_address))
}

fn address<const N: usize>(path: &str, allowed: &'static str, routes: [Route; N]) -> Resource {
    let resource = routes.into_iter().fold(web::resource(path.to_owned()), Resource::route);
    let asked = web::route().method(Method::OPTIONS).to(move || async move {
        HttpResponse::NoContent().insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD")).finish()
    });
    resource.route(asked).default_service(web::to(move |request: HttpRequest| async move {
        Fault::not_allowed(suffix(request.path()), allowed).response()
    }))
}

async fn no_such_address(request: HttpRequest) -> HttpResponse {
    Fault::not_found(suffix(request.path()), "there is no such address").response()
}

/// Pages of others may read; what is posted proves itself with a key and is no page's business.
async fn readable_from_everywhere(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    let mut response = next.call(request).await?;
    if reads {
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    Ok(response)
}
