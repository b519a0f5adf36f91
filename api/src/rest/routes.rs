//! Which address leads to which endpoint.

use actix_web::{HttpResponse, web};

use super::{
    about, additions, case_list, case_moves, case_view, categories, photo_copies, photo_release,
    photo_upload, report_events, report_similar, report_submit, report_track, sessions,
};
use crate::problem::{Kind, Problem};

/// The routes under `/v1`. A known address with another method answers 405.
pub fn register(config: &mut web::ServiceConfig) {
    let route = |path: &str| web::resource(path.to_owned()).default_service(web::to(method_not_allowed));
    config
        .service(route("/about").route(web::get().to(about::about)))
        .service(route("/categories").route(web::get().to(categories::categories)))
        .service(route("/photos").route(web::post().to(photo_upload::upload_photo)))
        .service(route("/photos/{photoId}/display").route(web::get().to(photo_copies::display)))
        .service(route("/photos/{photoId}/thumbnail").route(web::get().to(photo_copies::thumbnail)))
        .service(route("/photos/{photoId}/released").route(web::get().to(photo_copies::released)))
        .service(route("/photos/{photoId}/release").route(web::post().to(photo_release::release_photo)))
        .service(route("/reports").route(web::post().to(report_submit::submit_report)))
        .service(route("/reports/similar").route(web::post().to(report_similar::similar_reports)))
        .service(route("/reports/{trackingCode}").route(web::get().to(report_track::track_report)))
        .service(route("/reports/{trackingCode}/events").route(web::get().to(report_events::report_events)))
        .service(route("/reports/{trackingCode}/additions").route(web::post().to(additions::add_to_report)))
        .service(route("/sessions").route(web::post().to(sessions::sign_in)))
        .service(route("/sessions/refresh").route(web::post().to(sessions::refresh_session)))
        .service(route("/cases").route(web::get().to(case_list::list_cases)))
        .service(route("/cases/{caseNumber}").route(web::get().to(case_view::view_case)))
        .service(route("/cases/{caseNumber}/moves").route(web::post().to(case_moves::move_case)));
}

async fn method_not_allowed() -> Result<HttpResponse, Problem> {
    Err(Kind::MethodNotAllowed.into())
}
