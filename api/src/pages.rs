//! The pages, embedded, so that one binary is all there is to copy.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::address::get;
use crate::privacy_page;
use crate::problem::{Kind, Problem};

const CSP: &str =
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
pub(crate) const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// A file of `web/assets` with its name, and what it is.
macro_rules! asset {
    ($name:literal, $content_type:expr) => {
        ($name, $content_type, include_str!(concat!("../../web/assets/", $name)))
    };
}

static ASSETS: [(&str, &str, &str); 15] = [
    asset!("style.css", STYLE),
    asset!("report.css", STYLE),
    asset!("words.js", SCRIPT),
    asset!("home.js", SCRIPT),
    asset!("invitation.js", SCRIPT),
    asset!("track.js", SCRIPT),
    asset!("report.js", SCRIPT),
    asset!("report-draft.js", SCRIPT),
    asset!("report-photos.js", SCRIPT),
    asset!("report-place.js", SCRIPT),
    asset!("report-category.js", SCRIPT),
    asset!("report-faults.js", SCRIPT),
    asset!("report-missing.js", SCRIPT),
    asset!("report-sending.js", SCRIPT),
    asset!("report-answers.js", SCRIPT),
];

/// The pages' routes.
pub fn register(config: &mut web::ServiceConfig) {
    config
        .service(get("/", home))
        .service(get("/invitation", invitation))
        .service(get("/report", report))
        .service(get("/privacy", privacy_page::privacy))
        .service(get("/track", track))
        .service(get("/track/{code}", track))
        .service(get("/assets/{file}", asset));
}

async fn home(request: HttpRequest) -> HttpResponse {
    page(&request, HTML, include_str!("../../web/pages/home.html"))
}

async fn invitation(request: HttpRequest) -> HttpResponse {
    page(&request, HTML, include_str!("../../web/pages/invitation.html"))
}

async fn report(request: HttpRequest) -> HttpResponse {
    page(&request, HTML, include_str!("../../web/pages/report.html"))
}

async fn track(request: HttpRequest) -> HttpResponse {
    page(&request, HTML, include_str!("../../web/pages/track.html"))
}

async fn asset(request: HttpRequest, file: web::Path<String>) -> Result<HttpResponse, Problem> {
    let found = ASSETS.iter().find(|(name, _, _)| *name == file.as_str());
    let &(_, content_type, text) = found.ok_or(Kind::NoSuchAddress)?;
    Ok(page(&request, content_type, text))
}

/// The text, or 304 for who has this very text already: a slow phone loads it once.
pub(crate) fn page(
    request: &HttpRequest,
    content_type: &'static str,
    text: impl Into<Cow<'static, str>>,
) -> HttpResponse {
    let text = text.into();
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let etag = format!("\"{:016x}\"", hasher.finish());
    let known = request.headers().get(IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == etag.as_bytes());
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((ETAG, etag))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header(("Content-Security-Policy", CSP))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Referrer-Policy", "same-origin"));
    if known {
        return response.finish();
    }
    response.content_type(content_type);
    match text {
        Cow::Borrowed(text) => response.body(text),
        Cow::Owned(text) => response.body(text),
    }
}
