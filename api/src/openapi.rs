//! The contract, generated from the code.

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::health;
use crate::rest::{
    about, additions, case_list, case_moves, case_view, categories, photo_copies, photo_release,
    photo_upload, place_search, record_file, record_kinds, record_list, record_owed, report_events,
    report_moves, report_similar, report_submit, report_track, segments, sessions, shapes, statistics,
    third_party,
};

/// OpenAPI 3.1 of the REST interface.
#[derive(Debug, OpenApi)]
#[openapi(
    info(title = "街口 Jiekou", description = "Citizen-reporting gateway. Problems are RFC 9457; the kinds are listed at /problems.", license(name = "Apache-2.0", identifier = "Apache-2.0")),
    paths(
        about::about, categories::categories, segments::segments, photo_upload::upload_photo, photo_copies::display, photo_copies::thumbnail,
        photo_copies::released, photo_release::release_photo, report_submit::submit_report,
        report_similar::similar_reports, report_track::track_report, report_events::report_events,
        place_search::search_places, additions::add_to_report, report_moves::withdraw_report, report_moves::object,
        report_moves::answer_call_back, sessions::sign_in, sessions::refresh_session, case_list::list_cases,
        case_view::view_case, case_moves::move_case, statistics::statistics,
        third_party::third_party, third_party::third_party_missed, record_list::list_records, record_kinds::record_kinds,
        record_owed::owed_records, record_list::view_record, record_file::file_record, record_file::strike_record, health::healthz, health::readyz, health::metrics,
    ),
    components(schemas(shapes::FieldErrorBody)),
    modifiers(&StaffCredential),
)]
pub struct Contract;

struct StaffCredential;

impl Modify for StaffCredential {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        openapi.components.get_or_insert_default().add_security_scheme("staff", bearer);
    }
}

/// The contract as YAML, the same bytes each time.
///
/// # Errors
/// When it cannot be written.
pub fn yaml() -> Result<String, String> {
    Contract::openapi().to_yaml().map_err(|error| error.to_string())
}
