//! The door of hotlines (12345, 12319): signed messages of platforms, under `/hotline`. docs/hotlines.md is the page for
//! whoever connects one.

mod receive;

use actix_web::web;

use crate::address::post;

/// The routes under `/hotline`.
pub fn register(config: &mut web::ServiceConfig) {
    config.service(post("/{partner}/{operation}", receive::receive));
}
