-- Splits a report of a case whose row the caller has locked: opens the case of the second problem, with its clocks, its log
-- line and the part of the report that follows it, and leaves a line in the log of the whole for the author of the report.
-- The part keeps the receipt number, so that it stands among other reports where the whole does.
create or replace function split_case(
    p_now timestamptz, p_whole bigint, p_report uuid, p_case new_case, p_part new_report, p_staff uuid, p_reason text
) returns void language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    w cases;
    r report;
    line bigint;
    first_line bigint;
begin
    select * into strict w from cases where case_id = p_whole;
    select * into strict r from report where report_id = p_report and case_id = p_whole for update;
    insert into cases (case_id, case_number, district_code, center_code, segment_code, category, family, state,
        urgency, alarmed, place_unknown, confirm_new, longitude, latitude, cell, address, component_id, fingerprint,
        takes_reports, recognised_until, report_count, version, due_at, due_kind, due_rule, routing,
        rulebook_version_id, opened_at, changed_at, log_seq, log_head, words, runs_in, lead_code, enforcement_code,
        community_code, grid_code, split_from)
    values ((p_case).case_id, (p_case).case_number, w.district_code, (p_case).center_code, (p_case).segment_code,
        (p_part).category, (p_case).family, (p_case).state,
        case when (p_part).urgent then 'urgent' else 'normal' end, (p_part).alarmed, (p_case).place_unknown, false,
        (p_case).longitude, (p_case).latitude, (p_case).cell, (p_case).address, (p_case).component_id,
        (p_case).fingerprint, true, (p_case).recognised_until, 1, 0, (p_case).due_at, (p_case).due_kind,
        (p_case).due_rule, (p_case).routing, (p_case).rulebook_version_id, p_now, p_now, 0, ''::bytea, (p_case).words,
        (p_case).runs_in, (p_case).lead_code, (p_case).enforcement_code, (p_case).community_code, (p_case).grid_code,
        p_whole);
    perform start_clocks((p_case).case_id, (p_case).clocks, null);
    first_line := append_case_log((p_case).case_id, p_now, 'splitOff', 'staff', p_staff, null, (p_case).state, p_reason,
        null, jsonb_build_object('from', w.case_number), null);
    insert into report (report_id, tracking_code, claim_hash, receipt_number, district_code, case_id, since_log,
        pseudonym, channel, filed_by, outcome, category, description, place, occurred_at, anonymous, confirm_new, urgent,
        alarmed, received_at, collected, split_of, origin, exposure, found_by)
    values ((p_part).report_id, (p_part).tracking_code, (p_part).claim_hash, r.receipt_number, r.district_code,
        (p_case).case_id, first_line, r.pseudonym, r.channel, r.filed_by, 'new', (p_part).category, (p_part).description,
        (p_part).place, r.occurred_at, r.anonymous, false, (p_part).urgent, (p_part).alarmed, r.received_at, r.collected,
        coalesce(r.split_of, r.report_id), r.origin, r.exposure, r.found_by);
    update photo set report_id = (p_part).report_id
        where photo_id = any ((p_part).photo_ids) and report_id = p_report;
    insert into job (kind, payload, created_at, run_at)
    values ('announce', jsonb_build_object('logId', first_line, 'caseId', (p_case).case_id), p_now, p_now);
    if (p_part).alarmed then
        line := append_case_log((p_case).case_id, p_now, 'alarmed', 'system', null, null, null, null, null, null,
            (p_part).report_id);
        insert into job (kind, payload, created_at, run_at)
        values ('alarmCenter', jsonb_build_object('logId', line, 'caseId', (p_case).case_id), p_now, p_now);
    end if;

    update cases set decision_version = decision_version + 1 where case_id = p_whole;
    line := append_case_log(p_whole, p_now, 'split', 'staff', p_staff, w.state, w.state, p_reason, (p_case).case_number,
        jsonb_build_object('into', (p_case).case_number, 'category', (p_part).category), p_report);
    insert into job (kind, payload, created_at, run_at)
    values ('announce', jsonb_build_object('logId', line, 'caseId', p_whole), p_now, p_now);
    update report set version = version + 1, parts = parts + (split_of is null)::integer
        where report_id in (p_report, r.split_of);
    perform pg_notify('jiekou_case_changed', p_whole::text);
end
$$;
