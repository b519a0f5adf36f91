//! Which address leads to which endpoint.

use actix_web::web;

use super::{
    about, additions, case_list, case_moves, case_view, categories, photo_copies, photo_release,
    photo_upload, place_search, record_file, record_kinds, record_list, record_owed, report_events,
    report_moves, report_similar, report_submit, report_track, segments, sessions, statistics, third_party,
};
use crate::address::{get, get_and_put, post, put};

/// The routes under `/v1`.
pub fn register(config: &mut web::ServiceConfig) {
    config
        .service(get("/about", about::about))
        .service(get("/categories", categories::categories))
        .service(get("/segments", segments::segments))
        .service(post("/photos", photo_upload::upload_photo))
        .service(get("/photos/{photoId}/display", photo_copies::display))
        .service(get("/photos/{photoId}/thumbnail", photo_copies::thumbnail))
        .service(get("/photos/{photoId}/released", photo_copies::released))
        .service(post("/photos/{photoId}/release", photo_release::release_photo))
        .service(get("/places", place_search::search_places))
        .service(post("/reports", report_submit::submit_report))
        .service(post("/reports/similar", report_similar::similar_reports))
        .service(get("/reports/{trackingCode}", report_track::track_report))
        .service(get("/reports/{trackingCode}/events", report_events::report_events))
        .service(post("/reports/{trackingCode}/additions", additions::add_to_report))
        .service(post("/reports/{trackingCode}/withdrawal", report_moves::withdraw_report))
        .service(post("/reports/{trackingCode}/objection", report_moves::object))
        .service(post("/reports/{trackingCode}/callback", report_moves::answer_call_back))
        .service(post("/sessions", sessions::sign_in))
        .service(post("/sessions/refresh", sessions::refresh_session))
        .service(get("/statistics", statistics::statistics))
        .service(get("/third-party", third_party::third_party))
        .service(get("/third-party/missed", third_party::third_party_missed))
        .service(get("/records", record_list::list_records))
        .service(get("/records/kinds", record_kinds::record_kinds))
        .service(get("/records/owed", record_owed::owed_records))
        .service(get_and_put("/records/{recordId}", record_list::view_record, record_file::file_record))
        .service(put("/records/{recordId}/strike", record_file::strike_record))
        .service(get("/cases", case_list::list_cases))
        .service(get("/cases/{caseNumber}", case_view::view_case))
        .service(post("/cases/{caseNumber}/moves", case_moves::move_case));
}
