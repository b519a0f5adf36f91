//! Which address leads to which endpoint.

use actix_web::web;

use super::{
    about, account_password, account_view, additions, block_appeals, blocks, case_list, case_moves,
    case_view, categories, circulars, desk_articles, desk_assignments, desk_callers, desk_enquiries,
    desk_hotlines, desk_names, desk_reports, desk_works, device_readings, digests, draws, duty,
    duty_deputies, duty_handovers, enquiries, findings, flags, identity_views, invitation, patrol_list,
    patrol_owed, patrol_record, photo_copies, photo_release, photo_upload, placard_proposals, placards,
    place_search, platform_keys, platforms, privacy, ranking_publication, rankings, record_file,
    record_kinds, record_list, record_owed, recordings, report_events, report_identity, report_moves,
    report_search, report_similar, report_submit, report_track, resident_account, resident_reports,
    resident_sessions, resident_sign_in, resident_storefronts, resident_wechat, second_factor, segments,
    session_list, sessions, spam_marks, staff, staff_acts, staff_log, statistics, storefronts, third_party,
    video_upload, webhook_deliveries, webhooks, wechat_js_signature,
};
use crate::address::{delete, get, post, readable, several};

/// The routes under `/v1`.
pub fn register(config: &mut web::ServiceConfig) {
    // They are tried in their order: those first that are asked most, and while somebody waits.
    config
        .service(post("/reports", report_submit::submit_report))
        .service(post("/reports/similar", report_similar::similar_reports))
        .service(post("/reports/by-contact", report_search::find_reports))
        .service(get("/reports/{trackingCode}", report_track::track_report))
        .service(get("/reports/{trackingCode}/events", report_events::report_events))
        .service(post("/reports/{trackingCode}/additions", additions::add_to_report))
        .service(post("/reports/{trackingCode}/withdrawal", report_moves::withdraw_report))
        .service(post("/reports/{trackingCode}/objection", report_moves::object))
        .service(post("/reports/{reportId}/identity", report_identity::open_identity))
        .service(get("/reports/{trackingCode}/identity-views", identity_views::identity_views))
        .service(post("/reports/{trackingCode}/callback", report_moves::answer_call_back))
        .service(post("/reports/{reportId}/spam", spam_marks::mark_spam))
        .service(post("/reports/{reportId}/spam/withdrawal", spam_marks::withdraw_spam_marks))
        .service(get("/cases", case_list::list_cases))
        .service(get("/cases/{caseNumber}", case_view::view_case))
        .service(post("/cases/{caseNumber}/moves", case_moves::move_case))
        .service(get("/cases/{caseNumber}/orders", desk_hotlines::orders_of_case))
        .service(get("/cases/{caseNumber}/recordings", recordings::list_recordings))
        .service(get("/desk/names", desk_names::names))
        .service(get("/about", about::about))
        .service(get("/privacy", privacy::privacy))
        .service(get("/categories", categories::categories))
        .service(get("/segments", segments::segments))
        .service(post("/photos", photo_upload::upload_photo))
        .service(post("/videos", video_upload::upload_video))
        .service(get("/photos/{photoId}/display", photo_copies::display))
        .service(get("/photos/{photoId}/thumbnail", photo_copies::thumbnail))
        .service(get("/photos/{photoId}/released", photo_copies::released))
        .service(post("/photos/{photoId}/release", photo_release::release_photo))
        .service(get("/digests", digests::digest))
        .service(get("/patrols", patrol_list::list_patrols))
        .service(get("/patrols/owed", patrol_owed::owed_patrols))
        .service(several(
            "/patrols/{patrolId}",
            "GET, HEAD, PUT",
            [readable().to(patrol_record::view_patrol), web::put().to(patrol_record::put_patrol)],
        ))
        .service(post("/patrols/{patrolId}/strike", patrol_record::strike_patrol))
        .service(get("/places", place_search::search_places))
        .service(several(
            "/blocks",
            "GET, HEAD, POST",
            [readable().to(blocks::blocks), web::post().to(blocks::block)],
        ))
        .service(get("/blocks/proposals", blocks::block_proposals))
        .service(get("/blocks/{blockId}", blocks::view_block))
        .service(post("/blocks/{blockId}/lifting", blocks::lift_block))
        .service(post("/blocks/{blockId}/appeals", block_appeals::appeal_block))
        .service(post("/blocks/{blockId}/appeals/answer", block_appeals::answer_block_appeal))
        .service(several(
            "/sessions",
            "DELETE, GET, HEAD, POST",
            [
                web::post().to(sessions::sign_in),
                readable().to(session_list::list_sessions),
                web::delete().to(session_list::sign_out_everywhere),
            ],
        ))
        .service(post("/sessions/refresh", sessions::refresh_session))
        .service(delete("/sessions/{sessionId}", session_list::sign_out))
        .service(post("/residents/sign-in-codes", resident_sign_in::ask_for_code))
        .service(several(
            "/residents/sessions",
            "DELETE, GET, HEAD, POST",
            [
                web::post().to(resident_sign_in::sign_in_resident),
                readable().to(resident_sessions::list_resident_sessions),
                web::delete().to(resident_sessions::sign_resident_out_everywhere),
            ],
        ))
        .service(post("/residents/wechat-sessions", resident_wechat::sign_in_by_wechat))
        .service(post("/residents/sessions/refresh", resident_sign_in::refresh_resident))
        .service(delete("/residents/sessions/{sessionId}", resident_sessions::sign_resident_out))
        .service(several(
            "/residents/me",
            "DELETE, GET, HEAD",
            [readable().to(resident_account::resident), web::delete().to(resident_account::erase_resident)],
        ))
        .service(get("/residents/me/export", resident_account::export_own_data))
        .service(post("/residents/me/erasure-codes", resident_account::ask_for_erasure_code))
        .service(get("/residents/me/reports", resident_reports::own_reports))
        .service(several(
            "/residents/me/storefronts",
            "GET, HEAD, POST",
            [
                readable().to(resident_storefronts::own_storefronts),
                web::post().to(resident_storefronts::bind_storefronts),
            ],
        ))
        .service(delete(
            "/residents/me/storefronts/{storefrontCode}",
            resident_storefronts::unbind_storefront,
        ))
        .service(get("/account", account_view::account))
        .service(post("/account/password", account_password::change_password))
        .service(post("/account/second-factor", second_factor::offer_second_factor))
        .service(post("/account/second-factor/confirmation", second_factor::confirm_second_factor))
        .service(post("/account/second-factor/recovery-codes", second_factor::renew_recovery_codes))
        .service(post("/invitations/acceptance", invitation::accept_invitation))
        .service(several(
            "/staff",
            "GET, HEAD, POST",
            [web::post().to(staff::create_staff), readable().to(staff::list_staff)],
        ))
        .service(several(
            "/platforms",
            "GET, HEAD, POST",
            [web::post().to(platforms::register_platform), readable().to(platforms::list_platforms)],
        ))
        .service(post("/platforms/{platformId}/disabling", platforms::disable_platform))
        .service(post("/platforms/{platformId}/enabling", platforms::enable_platform))
        .service(post("/platforms/{platformId}/keys", platform_keys::issue_key))
        .service(post("/platforms/{platformId}/keys/{keyId}/end", platform_keys::end_key))
        .service(post("/findings", findings::file_findings))
        .service(post("/devices/{deviceId}/readings", device_readings::take_reading))
        .service(several(
            "/webhooks",
            "GET, HEAD, POST",
            [web::post().to(webhooks::subscribe), readable().to(webhooks::list_webhooks)],
        ))
        .service(delete("/webhooks/{webhookId}", webhooks::end_webhook))
        .service(post("/webhooks/{webhookId}/secret", webhooks::replace_secret))
        .service(get("/webhooks/{webhookId}/deliveries", webhook_deliveries::webhook_deliveries))
        .service(post("/webhook-deliveries/{deliveryId}/replay", webhook_deliveries::replay_webhook_delivery))
        .service(get("/staff/log", staff_log::staff_log))
        .service(get("/staff/{staffId}", staff::view_staff))
        .service(post("/staff/{staffId}/grants", staff_acts::set_grants))
        .service(post("/staff/{staffId}/disabling", staff_acts::disable))
        .service(post("/staff/{staffId}/enabling", staff_acts::enable))
        .service(post("/staff/{staffId}/reset", staff_acts::reset))
        .service(post("/staff/{staffId}/second-factor-removal", staff_acts::remove_second_factor))
        .service(get("/duty", duty::duty))
        .service(post("/duty/deputies", duty_deputies::appoint_deputy))
        .service(post("/duty/deputies/{deputyId}/end", duty_deputies::end_deputy))
        .service(post("/duty/handovers", duty_handovers::hand_over))
        .service(get("/rankings", rankings::rankings))
        .service(get("/rankings/{rankingCode}", rankings::ranking))
        .service(post("/rankings/{rankingCode}/{period}/publication", ranking_publication::publish_ranking))
        .service(get("/statistics", statistics::statistics))
        .service(get("/circulars/draft", circulars::draft))
        .service(get("/circulars/{circularId}", circulars::circular))
        .service(several(
            "/circulars",
            "GET, HEAD, POST",
            [readable().to(circulars::circulars), web::post().to(circulars::issue)],
        ))
        .service(get("/flags", flags::flags))
        .service(several(
            "/flags/{month}",
            "GET, HEAD, PUT",
            [readable().to(flags::month_of_flags), web::put().to(flags::rate_month)],
        ))
        .service(get("/placards/proposals", placard_proposals::proposals))
        .service(get("/placards", placards::placards))
        .service(several(
            "/placards/{placardId}",
            "GET, HEAD, PUT",
            [readable().to(placards::placard), web::put().to(placards::hang)],
        ))
        .service(post("/placards/{placardId}/lifting", placards::lift))
        .service(several(
            "/draws",
            "GET, HEAD, POST",
            [readable().to(draws::draws), web::post().to(draws::make_draw)],
        ))
        .service(get("/draws/{drawId}", draws::draw))
        .service(get("/third-party", third_party::third_party))
        .service(get("/third-party/missed", third_party::third_party_missed))
        .service(get("/records", record_list::list_records))
        .service(get("/records/kinds", record_kinds::record_kinds))
        .service(get("/records/owed", record_owed::owed_records))
        .service(several(
            "/records/{recordId}",
            "GET, HEAD, PUT",
            [readable().to(record_list::view_record), web::put().to(record_file::file_record)],
        ))
        .service(several("/records/{recordId}/strike", "PUT", [web::put().to(record_file::strike_record)]))
        .service(post("/enquiries", enquiries::file_enquiry))
        .service(get("/enquiries/{trackingCode}", enquiries::own_enquiry))
        .service(get("/desk/enquiries", desk_enquiries::list_enquiries))
        .service(get("/desk/enquiries/{trackingCode}", desk_enquiries::view_enquiry))
        .service(post("/desk/enquiries/{trackingCode}/answer", desk_enquiries::answer_enquiry))
        .service(post("/desk/callers", desk_callers::view_caller))
        .service(post("/desk/reports", desk_reports::file_report))
        .service(post("/desk/reports/{trackingCode}/additions", desk_reports::add))
        .service(post("/desk/reports/{trackingCode}/urges", desk_reports::urge))
        .service(post("/desk/cases/{caseNumber}/hand-back", desk_reports::hand_back))
        .service(get("/desk/assignments", desk_assignments::assignments))
        .service(post("/desk/assignments/{trackingCode}/reply", desk_assignments::reply))
        .service(get("/desk/works", desk_works::works))
        .service(several(
            "/desk/works/{workId}",
            "DELETE, PUT",
            [web::put().to(desk_works::put_work), web::delete().to(desk_works::cancel_work)],
        ))
        .service(get("/desk/articles", desk_articles::articles))
        .service(several(
            "/desk/articles/{articleId}",
            "DELETE, PUT",
            [web::put().to(desk_articles::put_article), web::delete().to(desk_articles::retire_article)],
        ))
        .service(get("/desk/hotlines", desk_hotlines::channels))
        .service(get("/desk/hotlines/reconciliations", desk_hotlines::reconciliations))
        .service(post("/desk/hotlines/{partner}/reconciliations", desk_hotlines::reconcile_now))
        .service(get("/desk/hotlines/{partner}/orders/{orderNo}", desk_hotlines::hotline_order))
        .service(post("/storefronts/{storefrontCode}/owner-code", storefronts::make_owner_code))
        .service(delete("/storefronts/{storefrontCode}/owner", storefronts::end_owner))
        .service(get("/recordings/{recordingId}", recordings::open_recording))
        .service(get("/wechat/js-signature", wechat_js_signature::js_signature));
}
