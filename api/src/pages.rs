//! The pages, embedded, so that one binary is all there is to copy.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};

use crate::address::get;
use crate::problem::{Kind, Problem};

const CSP: &str =
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const HTML: &str = "text/html; charset=utf-8";

/// The pages' routes.
pub fn register(config: &mut web::ServiceConfig) {
    config
        .service(get("/", home))
        .service(get("/track", track))
        .service(get("/track/{code}", track))
        .service(get("/assets/{file}", asset));
}

async fn home() -> HttpResponse {
    page(HTML, include_str!("../../web/pages/home.html"))
}

async fn track() -> HttpResponse {
    page(HTML, include_str!("../../web/pages/track.html"))
}

async fn asset(file: web::Path<String>) -> Result<HttpResponse, Problem> {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    match file.as_str() {
        "style.css" => Ok(page("text/css; charset=utf-8", include_str!("../../web/assets/style.css"))),
        "home.js" => Ok(page(SCRIPT, include_str!("../../web/assets/home.js"))),
        "track.js" => Ok(page(SCRIPT, include_str!("../../web/assets/track.js"))),
        _ => Err(Kind::NoSuchAddress.into()),
    }
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
