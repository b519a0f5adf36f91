-- Writes a move: one statement, one round trip, one commit. The service has read the case and decided; here the case is
-- locked, and if what was decided on has changed, nothing is written. 'stale': somebody else moved it. 'again': it was
-- joined by somebody urgent, or left; the same move can be decided anew.
create or replace function move_case(
    p_case bigint, p_seen case_seen, p_move case_move, p_correction case_correction, p_now timestamptz
) returns table (verdict text, log_id bigint, photo_id uuid)
language plpgsql set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    c cases;
    bad uuid;
    line bigint;
    fix case_correction := p_correction;
    is_corrected boolean := (p_correction).category is not null;
begin
    perform pg_advisory_xact_lock(lock_key) from unnest((fix).locks) lock_key;
    select * into c from cases where case_id = p_case for update;
    if not found or c.decision_version <> (p_seen).decision_version then
        return query select 'stale', null::bigint, null::uuid;
        return;
    end if;
    if c.due_at is distinct from (p_seen).due_at or c.urgency <> (p_seen).urgency
        or c.report_count <> (p_seen).report_count then
        return query select 'again', null::bigint, null::uuid;
        return;
    end if;
    if cardinality((p_move).photo_ids) > 0 then
        bad := taken_photo((p_move).photo_ids);
        if bad is not null then
            return query select 'photoTaken', null::bigint, bad;
            return;
        end if;
        update photo set case_id = p_case, attached_at = p_now where photo_id = any ((p_move).photo_ids);
    end if;
    update cases set state = (p_move).to_state, takes_reports = (p_move).takes_reports, question = (p_move).question,
        assignee = (p_move).assignee, returns = (p_move).returns, dispatched_at = (p_move).dispatched_at,
        progress = (p_move).progress,
        raised = coalesce((p_move).progress ->> 'rung', (p_move).progress ->> 'supervisedAt') is not null,
        runs_in = (p_move).runs_in, complexity = (p_move).complexity,
        unit_code = (p_move).unit_code, post_code = (p_move).post_code, person_id = (p_move).person_id,
        decision_version = decision_version + 1
        where case_id = p_case;
    perform change_clocks(p_case, p_now, (p_move).act, (p_move).clocks);
    if (p_move).exempts then
        update case_clock set exempted_at = p_now
            where case_id = p_case and kind = 'handle' and ended_at > due_at and exempted_at is null;
    end if;
    if is_corrected then
        update cases set category = (fix).category, family = (fix).family, fingerprint = (fix).fingerprint,
            center_code = (fix).center_code, segment_code = (fix).segment_code, community_code = (fix).community_code,
            grid_code = (fix).grid_code, longitude = (fix).longitude, latitude = (fix).latitude, cell = (fix).cell,
            address = (fix).address, place_unknown = (fix).place_unknown, routing = (fix).routing,
            lead_code = (fix).lead_code, enforcement_code = (fix).enforcement_code
            where case_id = p_case;
    end if;
    if (p_move).ends_parts then
        update case_part set ended_at = p_now where case_id = p_case and ended_at is null;
    end if;
    insert into case_part (case_id, unit_code, part, asked_at, answer_due_at)
        select p_case, part ->> 'unit', part ->> 'part', p_now, (part ->> 'answerDueAt')::timestamptz
        from jsonb_array_elements((p_move).parts) part;
    if (p_move).arrived is not null then
        update case_part set arrived_at = p_now, arrived_by = (p_move).actor
            where case_id = p_case and unit_code = (p_move).arrived and ended_at is null and arrived_at is null;
    end if;
    if (p_move).done is not null then
        update case_part set done_at = p_now, done_by = (p_move).actor, note = (p_move).note
            where case_id = p_case and unit_code = (p_move).done and ended_at is null and done_at is null;
    end if;
    line := append_case_log(p_case, p_now, (p_move).act, (p_move).actor_kind, (p_move).actor, c.state,
        (p_move).to_state, (p_move).reason, (p_move).note, (p_move).detail, (p_move).report_id);
    insert into job (kind, payload, created_at, run_at)
        values ('announce', jsonb_build_object('logId', line, 'caseId', p_case), p_now, p_now);
    insert into job (kind, payload, created_at, run_at)
        select job ->> 'kind', jsonb_build_object('logId', line, 'caseId', p_case), p_now, (job ->> 'runAt')::timestamptz
        from jsonb_array_elements((p_move).jobs) job;
    -- An alarm goes along to the center that answers now.
    if is_corrected and c.alarmed and (fix).center_code <> c.center_code then
        insert into job (kind, payload, created_at, run_at)
        values ('alarmCenter', jsonb_build_object('caseId', p_case, 'logId', append_case_log(p_case, p_now, 'alarmed',
            'system', null, null, null, null, null, null, null)), p_now, p_now);
    end if;
    perform pg_notify('jiekou_case_changed', p_case::text);
    return query select 'moved', line, null::uuid;
end
$$;
