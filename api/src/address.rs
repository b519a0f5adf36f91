//! An address with the methods it takes. Another method is told which, as RFC 9110 §15.5.6 asks.

use actix_web::{FromRequest, Handler, HttpResponse, Resource, Responder, ResponseError, Route, guard, web};

use crate::problem::{Kind, Problem};

/// An address to read; `HEAD` is answered like `GET`, without the body.
pub fn get<F, Arguments>(path: &str, handler: F) -> Resource
where
    F: Handler<Arguments>,
    Arguments: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path.to_owned())
        .route(readable().to(handler))
        .default_service(web::to(async || refused("GET, HEAD")))
}

/// An address to send something to.
pub fn post<F, Arguments>(path: &str, handler: F) -> Resource
where
    F: Handler<Arguments>,
    Arguments: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path.to_owned())
        .route(web::post().to(handler))
        .default_service(web::to(async || refused("POST")))
}

/// An address to take something away from.
pub fn delete<F, Arguments>(path: &str, handler: F) -> Resource
where
    F: Handler<Arguments>,
    Arguments: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    several(path, "DELETE", [web::delete().to(handler)])
}

/// An address with several methods; `allowed` names them all.
pub fn several<const N: usize>(path: &str, allowed: &'static str, routes: [Route; N]) -> Resource {
    let resource = routes.into_iter().fold(web::resource(path.to_owned()), Resource::route);
    resource.default_service(web::to(move || async move { refused(allowed) }))
}

/// A route to read.
pub fn readable() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn refused(allowed: &'static str) -> HttpResponse {
    let mut response = Problem::from(Kind::MethodNotAllowed).error_response();
    response
        .headers_mut()
        .insert(actix_web::http::header::ALLOW, actix_web::http::header::HeaderValue::from_static(allowed));
    response
}
