-- What the role that serves may do: read and write rows, and of what only grows, write new ones. The triggers of those tables
-- refuse changes too, but a trigger is switched off by whoever owns its table; a role without the right cannot do either.
-- Every `migrate` that names the role calls this, so that what a release adds is granted with it.
create or replace function grant_serving(p_serving name) returns void language plpgsql as $$
declare
    -- Never changed at all.
    frozen constant text[] := array[
        'block_log', 'circular_item', 'identity_opening', 'identity_search', 'published_ranking', 'road_draw', 'segment_flag',
        'staff_log', 'storefront_log'
    ];
    -- Never deleted. Of these a trigger lets single columns change, or their writers lock the whole table, for which a right
    -- to change it is needed.
    kept constant text[] := array['circular', 'filed_record', 'flag_rating', 'patrol'];
    here constant name := current_schema();
    held text;
begin
    execute format('revoke all on all tables in schema %I from %I', here, p_serving);
    execute format('grant select, insert, update, delete on all tables in schema %I to %I', here, p_serving);
    execute format('grant usage, select on all sequences in schema %I to %I', here, p_serving);
    -- The counter of a district comes with its rulebook, which is loaded later.
    execute format('alter default privileges in schema %I grant usage, select on sequences to %I', here, p_serving);
    foreach held in array frozen loop
        execute format('revoke update, delete on %I.%I from %I', here, held, p_serving);
    end loop;
    foreach held in array kept loop
        execute format('revoke delete on %I.%I from %I', here, held, p_serving);
    end loop;
    -- An erasure takes the words of a line, and leaves one that says so.
    execute format('revoke update, delete on %I.case_log from %I', here, p_serving);
    execute format('grant update (reason, note, detail, salt, erased_at) on %I.case_log to %I', here, p_serving);
    execute format('revoke insert, update, delete on %I._sqlx_migrations from %I', here, p_serving);
end
$$;
