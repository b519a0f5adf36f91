//! The contract, generated from the code.

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::health;
use crate::rest::{
    about, account_password, account_view, additions, case_list, case_moves, case_view, categories,
    circulars, digests, draws, duty, duty_deputies, duty_handovers, flags, identity_views, invitation,
    patrol_list, patrol_owed, patrol_record, photo_copies, photo_release, photo_upload, placard_proposals,
    placards, place_search, public_keys, ranking_publication, rankings, record_file, record_kinds,
    record_list, record_owed, report_events, report_identity, report_moves, report_search, report_similar,
    report_submit, report_track, second_factor, segments, session_list, sessions, shapes, staff, staff_acts,
    staff_log, statistics, storefronts, third_party,
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
        report_moves::answer_call_back, report_identity::open_identity, identity_views::identity_views,
        report_search::find_reports, sessions::sign_in, sessions::refresh_session, session_list::list_sessions,
        session_list::sign_out_everywhere, session_list::sign_out, account_view::account, account_password::change_password,
        second_factor::offer_second_factor, second_factor::confirm_second_factor, second_factor::renew_recovery_codes,
        invitation::accept_invitation, staff::create_staff, staff::list_staff, staff_log::staff_log, staff::view_staff,
        staff_acts::set_grants, staff_acts::disable, staff_acts::enable, staff_acts::reset, staff_acts::remove_second_factor,
        public_keys::public_keys, case_list::list_cases,
        case_view::view_case, case_moves::move_case, duty::duty, duty_deputies::appoint_deputy,
        duty_deputies::end_deputy, duty_handovers::hand_over, statistics::statistics, digests::digest,
        patrol_list::list_patrols, patrol_owed::owed_patrols, patrol_record::view_patrol, patrol_record::put_patrol,
        patrol_record::strike_patrol, rankings::rankings, rankings::ranking, ranking_publication::publish_ranking,
        flags::flags, flags::month_of_flags, flags::rate_month, circulars::draft, circulars::issue, circulars::circulars,
        circulars::circular, placards::placards, placards::placard, placards::hang, placards::lift,
        placard_proposals::proposals, draws::draws, draws::draw, draws::make_draw,
        third_party::third_party, third_party::third_party_missed, record_list::list_records, record_kinds::record_kinds,
        record_owed::owed_records, record_list::view_record, record_file::file_record, record_file::strike_record,
        storefronts::make_owner_code, storefronts::end_owner,
        health::healthz, health::readyz, health::metrics,
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
