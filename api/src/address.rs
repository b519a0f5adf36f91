//! An address with the one method it takes. Another method is told which, as RFC 9110 §15.5.6 asks.

use actix_web::{FromRequest, Handler, HttpResponse, Resource, Responder, ResponseError, guard, web};

use crate::problem::{Kind, Problem};

/// An address to read; `HEAD` is answered like `GET`, without the body.
pub fn get<F, Arguments>(path: &str, handler: F) -> Resource
where
    F: Handler<Arguments>,
    Arguments: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let readable = web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    web::resource(path.to_owned())
        .route(readable.to(handler))
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

/// An address to put something to.
pub fn put<F, Arguments>(path: &str, handler: F) -> Resource
where
    F: Handler<Arguments>,
    Arguments: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path.to_owned())
        .route(web::put().to(handler))
        .default_service(web::to(async || refused("PUT")))
}

/// An address to read, and to put something to.
pub fn get_and_put<F, A, G, B>(path: &str, read: F, write: G) -> Resource
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
    G: Handler<B>,
    B: FromRequest + 'static,
    G::Output: Responder + 'static,
{
    let readable = web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    web::resource(path.to_owned())
        .route(readable.to(read))
        .route(web::put().to(write))
        .default_service(web::to(async || refused("GET, HEAD, PUT")))
}

fn refused(allowed: &'static str) -> HttpResponse {
    let mut response = Problem::from(Kind::MethodNotAllowed).error_response();
    response
        .headers_mut()
        .insert(actix_web::http::header::ALLOW, actix_web::http::header::HeaderValue::from_static(allowed));
    response
}
