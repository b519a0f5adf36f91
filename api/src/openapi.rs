//! The contract, generated from the code.

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::health;
use crate::rest::{
    about, account_password, account_view, additions, block_appeals, blocks, case_list, case_moves,
    case_view, categories, circulars, desk_articles, desk_assignments, desk_callers, desk_enquiries,
    desk_hotlines, desk_names, desk_reports, desk_works, device_readings, digests, draws, duty,
    duty_deputies, duty_handovers, enquiries, findings, flags, identity_views, invitation, patrol_list,
    patrol_owed, patrol_record, photo_copies, photo_release, photo_upload, placard_proposals, placards,
    place_search, platform_keys, platforms, privacy, public_keys, ranking_publication, rankings, record_file,
    record_kinds, record_list, record_owed, recordings, report_events, report_identity, report_moves,
    report_search, report_similar, report_submit, report_track, resident_account, resident_reports,
    resident_sessions, resident_sign_in, resident_storefronts, resident_wechat, second_factor, segments,
    session_list, sessions, shapes, spam_marks, staff, staff_acts, staff_log, statistics, storefronts,
    third_party, video_upload, webhook_deliveries, webhooks, wechat_js_signature,
};

/// OpenAPI 3.1 of the REST interface.
#[derive(Debug, OpenApi)]
#[openapi(
    info(title = "街口 Jiekou", description = "Citizen-reporting gateway. Problems are RFC 9457; the kinds are listed at /problems.", license(name = "Apache-2.0", identifier = "Apache-2.0")),
    paths(
        about::about, categories::categories, segments::segments, photo_upload::upload_photo,
        video_upload::upload_video, photo_copies::display, photo_copies::thumbnail, photo_copies::released,
        photo_release::release_photo, report_submit::submit_report, report_similar::similar_reports,
        report_track::track_report, report_events::report_events, place_search::search_places,
        additions::add_to_report, report_moves::withdraw_report, report_moves::object,
        report_moves::answer_call_back, sessions::sign_in, sessions::refresh_session, session_list::list_sessions,
        session_list::sign_out_everywhere, session_list::sign_out, resident_sign_in::ask_for_code,
        resident_sign_in::sign_in_resident, resident_sign_in::refresh_resident, resident_wechat::sign_in_by_wechat,
        resident_sessions::list_resident_sessions, resident_sessions::sign_resident_out_everywhere,
        resident_sessions::sign_resident_out, resident_reports::own_reports, resident_account::resident,
        resident_account::export_own_data, resident_account::ask_for_erasure_code, resident_account::erase_resident,
        privacy::privacy, account_view::account, account_password::change_password, report_identity::open_identity,
        identity_views::identity_views, report_search::find_reports, second_factor::offer_second_factor,
        second_factor::confirm_second_factor, second_factor::renew_recovery_codes, invitation::accept_invitation,
        staff::create_staff, staff::list_staff, staff_log::staff_log, staff::view_staff, staff_acts::set_grants,
        staff_acts::disable, staff_acts::enable, staff_acts::reset, staff_acts::remove_second_factor,
        public_keys::public_keys, case_list::list_cases, platforms::list_platforms, platforms::register_platform,
        platforms::disable_platform, platforms::enable_platform, platform_keys::issue_key, platform_keys::end_key,
        findings::file_findings, device_readings::take_reading, webhooks::list_webhooks, webhooks::subscribe,
        webhooks::end_webhook, webhooks::replace_secret, webhook_deliveries::webhook_deliveries,
        webhook_deliveries::replay_webhook_delivery, case_view::view_case, case_moves::move_case, duty::duty,
        duty_deputies::appoint_deputy, duty_deputies::end_deputy, duty_handovers::hand_over, statistics::statistics,
        digests::digest, patrol_list::list_patrols, patrol_owed::owed_patrols, patrol_record::view_patrol,
        patrol_record::put_patrol, patrol_record::strike_patrol, rankings::rankings, rankings::ranking,
        ranking_publication::publish_ranking, flags::flags, flags::month_of_flags, flags::rate_month,
        circulars::draft, circulars::issue, circulars::circulars, circulars::circular, placards::placards,
        placards::placard, placards::hang, placards::lift, placard_proposals::proposals, draws::draws, draws::draw,
        draws::make_draw, third_party::third_party, third_party::third_party_missed, record_list::list_records,
        record_kinds::record_kinds, record_owed::owed_records, record_list::view_record, record_file::file_record,
        record_file::strike_record, blocks::block, blocks::blocks, blocks::view_block, blocks::lift_block,
        blocks::block_proposals, block_appeals::appeal_block, block_appeals::answer_block_appeal,
        spam_marks::mark_spam, spam_marks::withdraw_spam_marks, recordings::list_recordings,
        recordings::open_recording, wechat_js_signature::js_signature, enquiries::file_enquiry,
        enquiries::own_enquiry, desk_enquiries::list_enquiries, desk_enquiries::view_enquiry,
        desk_enquiries::answer_enquiry, desk_callers::view_caller, desk_names::names, desk_reports::file_report,
        desk_reports::add, desk_reports::urge, desk_reports::hand_back, desk_assignments::assignments,
        desk_assignments::reply, desk_works::works, desk_works::put_work, desk_works::cancel_work,
        desk_articles::articles, desk_articles::put_article, desk_articles::retire_article, desk_hotlines::channels,
        desk_hotlines::hotline_order, desk_hotlines::orders_of_case, desk_hotlines::reconciliations,
        desk_hotlines::reconcile_now, storefronts::make_owner_code, storefronts::end_owner,
        resident_storefronts::own_storefronts, resident_storefronts::bind_storefronts, resident_storefronts::unbind_storefront, health::healthz,
        health::readyz, health::metrics,
    ),
    components(schemas(shapes::FieldErrorBody)),
    modifiers(&Credentials),
)]
pub struct Contract;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let bearer = || SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("staff", bearer());
        components.add_security_scheme("resident", bearer());
    }
}

/// The contract as YAML, the same bytes each time.
///
/// # Errors
/// When it cannot be written.
pub fn yaml() -> Result<String, String> {
    Contract::openapi().to_yaml().map_err(|error| error.to_string())
}
