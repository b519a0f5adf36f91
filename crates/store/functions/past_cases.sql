-- Cases within reach that were over before `p_before` and not before `p_since`: closed, or no longer recognised because
-- their family's window had passed. Each with the last case of its chain, and when that one was over. Of each cell and
-- family the newest `p_limit` closed cases are looked at, so that no street's history makes this slow.
create or replace function past_cases(
    p_reach reach, p_case_id bigint, p_since timestamptz, p_before timestamptz, p_limit integer
) returns table (case_id bigint, fingerprint bytea, last_id bigint, ended_at timestamptz)
language plpgsql stable set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_cells bigint[] := (p_reach).cells;
    v_families text[] := (p_reach).families;
    v_component text := (p_reach).component_id;
    v_north double precision := (p_reach).meters / 111000;
    v_east double precision := (p_reach).meters / 111000 / cos(radians((p_reach).latitude));
    v_longitude double precision := (p_reach).longitude;
    v_latitude double precision := (p_reach).latitude;
begin
    return query with near (case_id, fingerprint) as (
        select n.case_id, n.fingerprint
        from unnest(v_cells) v (cell) cross join unnest(v_families) f (family) cross join lateral (
            select * from cases c where c.cell = v.cell and c.family = f.family and not c.takes_reports
            order by c.case_id desc limit p_limit) n
        where n.latitude between v_latitude - v_north and v_latitude + v_north
          and n.longitude between v_longitude - v_east and v_longitude + v_east
          and (n.merged_into is not null or n.changed_at >= p_since)
        union all
        select c.case_id, c.fingerprint from cases c
        where c.cell = any (v_cells) and c.family = any (v_families) and c.takes_reports
          and c.latitude between v_latitude - v_north and v_latitude + v_north
          and c.longitude between v_longitude - v_east and v_longitude + v_east
          and c.recognised_until between p_since and p_before
        union all
        select n.case_id, n.fingerprint from (
            select * from cases c where c.component_id = v_component and not c.takes_reports
            order by c.case_id desc limit p_limit) n
        where n.merged_into is not null or n.changed_at >= p_since
    )
    select n.case_id, n.fingerprint, l.case_id, e.ended_at
    from near n join cases l on l.case_id = last_of_chain(n.case_id)
    cross join lateral (select case when l.takes_reports then l.recognised_until else (
        select max(g.at) from case_log g where g.case_id = l.case_id and g.to_state in ('closed', 'forceClosed')) end) e (ended_at)
    where l.case_id <> p_case_id and (l.takes_reports or l.state in ('closed', 'callback', 'archived', 'forceClosed'))
      and e.ended_at between p_since and p_before;
end
$$;
