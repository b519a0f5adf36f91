-- Whether any case of these families, known at a place within reach, has not been seen by the judge. Also true for some
-- that `open_candidates` leaves out; where it is false that one has nothing to say, and costs five times as much.
create or replace function unseen_within(p_reach reach) returns boolean language plpgsql stable as $$
declare
    v_cells bigint[] := (p_reach).cells;
    v_families text[] := (p_reach).families;
    v_seen bigint[] := (p_reach).seen;
    v_north double precision := (p_reach).meters / 111000;
    v_east double precision := (p_reach).meters / 111000 / cos(radians((p_reach).latitude));
    v_longitude double precision := (p_reach).longitude;
    v_latitude double precision := (p_reach).latitude;
begin
    -- Cell by cell and family by family: asked for all at once the planner reads every family of a cell.
    return exists (
        select from unnest(v_cells) k (cell), unnest(v_families) f (family), lateral (
            select from cases c
            where (c.takes_reports or c.merged_into is not null) and c.cell = k.cell and c.family = f.family
              and c.latitude between v_latitude - v_north and v_latitude + v_north
              and c.longitude between v_longitude - v_east and v_longitude + v_east
              and c.case_id <> all (v_seen)
            limit 1) unseen);
end
$$;
