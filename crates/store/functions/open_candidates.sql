-- Cases within reach by which a new report can be recognised: those that take reports, and those merged into one that
-- does, for the problem is still known at the place of each. Of each family the `p_limit` nearest, the older first where
-- two are as near, and with them the oldest of the very same text: what `core::dedup::nearest` keeps, points counting in
-- millionths of a degree as there. Who is among them is decided before those that the judge has seen are left out, so
-- that a case behind a crowd is not forever one that it has yet to see.
create or replace function open_candidates(p_now timestamptz, p_reach reach, p_limit integer)
returns table (case_id bigint, fingerprint bytea) language plpgsql stable
set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_cells bigint[] := (p_reach).cells;
    v_families text[] := (p_reach).families;
    v_seen bigint[] := (p_reach).seen;
    v_component text := (p_reach).component_id;
    v_words bigint := (p_reach).words;
    v_north double precision := (p_reach).meters / 111000;
    v_east double precision := (p_reach).meters / 111000 / cos(radians((p_reach).latitude));
    v_longitude double precision := (p_reach).longitude;
    v_latitude double precision := (p_reach).latitude;
    v_x double precision := floor((p_reach).longitude * 1000000 + 0.5);
    v_y double precision := floor((p_reach).latitude * 1000000 + 0.5);
    v_scale double precision := cos(radians((p_reach).latitude));
begin
    if cardinality(v_cells) > 0 then
        return query with near (case_id, family, words, east, north) as (
            select c.case_id, c.family, c.words, (floor(c.longitude * 1000000 + 0.5) - v_x) * v_scale,
                floor(c.latitude * 1000000 + 0.5) - v_y
            from cases c
            where (c.takes_reports or c.merged_into is not null) and c.cell = any (v_cells)
              and c.latitude between v_latitude - v_north and v_latitude + v_north
              and c.longitude between v_longitude - v_east and v_longitude + v_east
              and c.family = any (v_families)
              and (c.recognised_until is null or c.recognised_until >= p_now)
              and (v_component is null or c.component_id is distinct from v_component)
              and (c.takes_reports or holder_of(c.case_id) is not null)
        ), ranked (case_id, family, words, place) as (
            select n.case_id, n.family, n.words,
                row_number() over (partition by n.family order by n.east * n.east + n.north * n.north, n.case_id)
            from near n
        ), repeats (case_id, repeat) as (
            select r.case_id, row_number() over (partition by r.family order by r.case_id)
            from ranked r where r.place > p_limit and r.words = v_words
        )
        select c.case_id, c.fingerprint from cases c where c.case_id <> all (v_seen) and c.case_id in (
            select r.case_id from ranked r where r.place <= p_limit
            union all
            select r.case_id from repeats r where r.repeat <= p_limit);
    end if;
    -- A component tells by itself, wherever it is said to be.
    if v_component is not null then
        return query select o.case_id, o.fingerprint from (
            select c.case_id, c.fingerprint from cases c
            where (c.takes_reports or c.merged_into is not null) and c.component_id = v_component
              and (c.recognised_until is null or c.recognised_until >= p_now)
              and (c.takes_reports or holder_of(c.case_id) is not null)
            order by c.case_id limit p_limit) o
        where o.case_id <> all (v_seen);
    end if;
end
$$;
