//! The pages, embedded, so that one binary is all there is to copy.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};

use crate::address::get;
use crate::problem::{Kind, Problem};

const CSP: &str =
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// A file of `web/assets` with its name, and what it is.
macro_rules! asset {
    ($name:literal, $content_type:expr) => {
        ($name, $content_type, include_str!(concat!("../../web/assets/", $name)))
    };
}

const ASSETS: [(&str, &str, &str); 13] = [
    asset!("style.css", STYLE),
    asset!("report.css", STYLE),
    asset!("words.js", SCRIPT),
    asset!("home.js", SCRIPT),
    asset!("track.js", SCRIPT),
    asset!("report.js", SCRIPT),
    asset!("report-draft.js", SCRIPT),
    asset!("report-photos.js", SCRIPT),
    asset!("report-place.js", SCRIPT),
    asset!("report-category.js", SCRIPT),
    asset!("report-faults.js", SCRIPT),
    asset!("report-sending.js", SCRIPT),
    asset!("report-answers.js", SCRIPT),
];

/// The pages' routes.
pub fn register(config: &mut web::ServiceConfig) {
    config
        .service(get("/", home))
        .service(get("/report", report))
        .service(get("/track", track))
        .service(get("/track/{code}", track))
        .service(get("/assets/{file}", asset));
}

async fn home() -> HttpResponse {
    page(HTML, include_str!("../../web/pages/home.html"))
}

async fn report() -> HttpResponse {
    page(HTML, include_str!("../../web/pages/report.html"))
}

async fn track() -> HttpResponse {
    page(HTML, include_str!("../../web/pages/track.html"))
}

async fn asset(file: web::Path<String>) -> Result<HttpResponse, Problem> {
    let found = ASSETS.iter().find(|(name, _, _)| *name == file.as_str());
    found.map(|(_, content_type, text)| page(content_type, text)).ok_or_else(|| Kind::NoSuchAddress.into())
}

fn page(content_type: &'static str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header(("Content-Security-Policy", CSP))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Referrer-Policy", "same-origin"))
        .body(text)
}
