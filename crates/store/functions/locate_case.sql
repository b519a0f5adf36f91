-- Gives a place to a case that has none, from a report that has one. The caller holds the case's lock and the cells'.
-- While nobody has taken the case on, and only from the queue of unknown places, it goes to the center of that place;
-- an alarm goes along. Returns the case as it is then.
create or replace function locate_case(p_case_id bigint, p_now timestamptz, p_place new_case, p_print bytea)
returns cases language plpgsql as $$
declare
    before cases;
    c cases;
    line bigint;
begin
    select * into before from cases where case_id = p_case_id;
    if before.longitude is not null or (p_place).longitude is null or (p_place).place_unknown then
        return before;
    end if;
    update cases set longitude = (p_place).longitude, latitude = (p_place).latitude, cell = (p_place).cell,
        fingerprint = coalesce(p_print, fingerprint), decision_version = decision_version + 1,
        center_code = case when place_unknown and state = 'received' then (p_place).center_code else center_code end,
        segment_code = case when place_unknown and state = 'received' then (p_place).segment_code else segment_code end,
        routing = case when place_unknown and state = 'received' then (p_place).routing else routing end,
        lead_code = case when place_unknown and state = 'received' then (p_place).lead_code else lead_code end,
        runs_in = case when place_unknown and state = 'received' then (p_place).runs_in else runs_in end,
        enforcement_code = (p_place).enforcement_code, community_code = (p_place).community_code,
        grid_code = (p_place).grid_code,
        place_unknown = false
        where case_id = p_case_id;
    line := append_case_log(p_case_id, p_now, 'located', 'system', null, null, null, null, null, null, null);
    insert into job (kind, payload, created_at, run_at)
    values ('announce', jsonb_build_object('logId', line, 'caseId', p_case_id), p_now, p_now);
    select * into c from cases where case_id = p_case_id;
    if c.alarmed and c.center_code <> before.center_code then
        line := append_case_log(p_case_id, p_now, 'alarmed', 'system', null, null, null, null, null, null, null);
        insert into job (kind, payload, created_at, run_at)
        values ('alarmCenter', jsonb_build_object('logId', line, 'caseId', p_case_id), p_now, p_now);
        select * into c from cases where case_id = p_case_id;
    end if;
    return c;
end
$$;
