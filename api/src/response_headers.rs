//! The headers that every answer carries, so that a browser does nothing with it that it is not for. A handler that sets one
//! of them knows better.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::state::State;

/// For what is no page: nothing in it is loaded, run or framed.
const NO_PAGE: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; object-src 'none'");
/// The pages of the contract bring scripts and styles of their own.
const DOCS: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
);
const SNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const REFERRER: HeaderValue = HeaderValue::from_static("same-origin");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// A year, for every name below too (RFC 6797).
const ONLY_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// Adds the headers that are not there.
///
/// # Errors
/// Whatever the handler answers with.
pub async fn complete(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_personal = request.headers().contains_key(AUTHORIZATION);
    let docs = request.path().starts_with("/docs");
    let tls = request.app_data::<Data<State>>().is_some_and(|it| it.app.public_url.starts_with("https://"));
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    let mut complete = |name: HeaderName, value: HeaderValue| {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    };
    complete(CONTENT_SECURITY_POLICY, if docs { DOCS } else { NO_PAGE });
    complete(X_CONTENT_TYPE_OPTIONS, SNIFF);
    complete(REFERRER_POLICY, REFERRER);
    if is_personal {
        complete(CACHE_CONTROL, NO_STORE);
    }
    if tls {
        complete(STRICT_TRANSPORT_SECURITY, ONLY_TLS);
    }
    Ok(response)
}
