-- Writes open cases of another system, each with the report that holds its words, its clocks, its log line and its outbox
-- row. The arrays belong together, element by element, and hold numbers of the system that were not imported before; the
-- caller holds the system's lock. No cell is locked: these cases are what they were, and are compared with nothing.
create or replace function import_cases(
    p_now timestamptz, p_district text, p_system text, p_cases new_case[], p_reports new_report[],
    p_contacts sealed_contact[], p_more taken_over[]
) returns void language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    k new_case;
    r new_report;
    s sealed_contact;
    t taken_over;
    line bigint;
begin
    for i in 1 .. cardinality(p_cases) loop
        k := p_cases[i]; r := p_reports[i]; s := p_contacts[i]; t := p_more[i];
        insert into cases (case_id, case_number, district_code, center_code, segment_code, category, family, state,
            urgency, place_unknown, confirm_new, longitude, latitude, cell, address, component_id, fingerprint,
            takes_reports, recognised_until, report_count, version, due_at, due_kind, due_rule, routing,
            rulebook_version_id, opened_at, changed_at, log_seq, log_head, words, runs_in, lead_code, enforcement_code,
            community_code, grid_code, assignee, returns, dispatched_at, unit_code, progress)
        values (k.case_id, k.case_number, p_district, k.center_code, k.segment_code, r.category, k.family, k.state,
            case when r.urgent then 'urgent' else 'normal' end, k.place_unknown, false, k.longitude, k.latitude, k.cell,
            k.address, k.component_id, k.fingerprint, true, k.recognised_until, 1, 0, k.due_at, k.due_kind, k.due_rule,
            k.routing, k.rulebook_version_id, t.opened_at, p_now, 0, ''::bytea, k.words, k.runs_in, k.lead_code,
            k.enforcement_code, k.community_code, k.grid_code, t.assignee, t.returns, t.dispatched_at, t.unit_code,
            t.progress);
        -- What has passed counts as raised: taking over what is late alarms nobody.
        perform start_clocks(k.case_id, k.clocks, null);
        update case_clock set warn_raised_at = p_now, overdue_raised_at = case when due_at <= p_now then p_now end
            where case_id = k.case_id and warn_at <= p_now;
        line := append_case_log(k.case_id, p_now, 'imported', 'system', null, null, k.state, null, t.note, t.detail, null);
        insert into report (report_id, tracking_code, claim_hash, receipt_number, district_code, case_id, since_log,
            pseudonym, channel, outcome, category, description, place, anonymous, confirm_new, urgent, alarmed, received_at)
        values (r.report_id, r.tracking_code, r.claim_hash, nextval(('receipt_' || p_district)::regclass), p_district,
            k.case_id, line, r.pseudonym, r.channel, 'new', r.category, r.description, r.place, r.anonymous, false,
            r.urgent, false, t.opened_at);
        if s.sealed is not null then
            insert into reporter_contact (pseudonym, key_id, sealed, phone_index, email_index, created_at)
            values (r.pseudonym, s.key_id, s.sealed, s.phone_index, s.email_index, p_now);
        end if;
        insert into job (kind, payload, created_at, run_at)
        values ('announce', jsonb_build_object('logId', line, 'caseId', k.case_id), p_now, p_now);
        if t.resume_at is not null then
            insert into job (kind, payload, created_at, run_at)
            values ('resumeCase', jsonb_build_object('logId', line, 'caseId', k.case_id), p_now, t.resume_at);
        end if;
        insert into case_import (system, number, case_id, imported_at) values (p_system, t.number, k.case_id, p_now);
    end loop;
end
$$;
