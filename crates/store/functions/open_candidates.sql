-- Cases within reach by which a new report can be recognised: those that take reports, and those merged into one that
-- does, for the problem is still known at the place of each. `p_limit` is the most that are read.
create or replace function open_candidates(p_now timestamptz, p_reach reach, p_limit integer)
returns table (case_id bigint, fingerprint bytea) language plpgsql stable
set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_cells bigint[] := (p_reach).cells;
    v_families text[] := (p_reach).families;
    v_seen bigint[] := (p_reach).seen;
    v_component text := (p_reach).component_id;
    v_north double precision := (p_reach).meters / 111000;
    v_east double precision := (p_reach).meters / 111000 / cos(radians((p_reach).latitude));
    v_longitude double precision := (p_reach).longitude;
    v_latitude double precision := (p_reach).latitude;
begin
    if cardinality(v_cells) > 0 then
        return query select c.case_id, c.fingerprint from cases c
            where (c.takes_reports or c.merged_into is not null) and c.cell = any (v_cells)
              and c.latitude between v_latitude - v_north and v_latitude + v_north
              and c.longitude between v_longitude - v_east and v_longitude + v_east
              and c.family = any (v_families) and c.case_id <> all (v_seen)
              and (c.recognised_until is null or c.recognised_until >= p_now)
              and (v_component is null or c.component_id is distinct from v_component)
              and (c.takes_reports or holder_of(c.case_id) is not null)
            limit p_limit;
    end if;
    -- Without a point there is no distance, and only the component tells.
    if v_component is not null then
        return query select c.case_id, c.fingerprint from cases c
            where (c.takes_reports or c.merged_into is not null) and c.component_id = v_component
              and c.case_id <> all (v_seen)
              and (c.recognised_until is null or c.recognised_until >= p_now)
              and (c.takes_reports or holder_of(c.case_id) is not null)
            limit p_limit;
    end if;
end
$$;
