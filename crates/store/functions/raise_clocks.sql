-- A tick: raises what is due of warnings and breaches, each exactly once, in one statement. It reads the partial index
-- from its earliest moment on, so it costs what is due and not what is open. Cases are locked before their clocks, as
-- everybody does; one that somebody else holds is left to the next tick, so several workers share the work and nobody
-- waits. The limit is written out, so that the plan never prefers to read everything. Returns how many clocks were raised, and the moment of the one that waited longest.
create or replace function raise_clocks(p_now timestamptz)
returns table (raised integer, earliest timestamptz) language plpgsql set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    held bigint[];
    k case_clock;
    is_late boolean;
    line bigint;
begin
    raised := 0;
    select array_agg(distinct due.case_id) into held from (
        select c.case_id from case_clock clock join cases c on c.case_id = clock.case_id
        where clock.next_at < p_now order by clock.next_at limit 64 for update of c skip locked) due;
    -- Read again under the locks: a move may have ended a clock meanwhile.
    for k in select clock.* from case_clock clock
             where clock.case_id = any (held) and clock.next_at < p_now order by clock.next_at
    loop
        raised := raised + 1;
        earliest := least(earliest, k.next_at);
        is_late := k.due_at < p_now;
        update case_clock clock set warn_raised_at = coalesce(clock.warn_raised_at, p_now),
            overdue_raised_at = case when is_late then p_now end
            where clock.case_id = k.case_id and clock.n = k.n;
        if k.warn_raised_at is null then
            line := append_case_log(k.case_id, p_now, 'warn', 'system', null, null, null, null, null,
                jsonb_build_object('kind', k.kind, 'rule', k.rule, 'dueAt', k.due_at), null);
            -- Who hears of the breach need not be warned of it.
            if not is_late then
                insert into job (kind, payload, created_at, run_at)
                values ('tellClock', jsonb_build_object('logId', line, 'caseId', k.case_id, 'n', k.n, 'late', false), p_now, p_now);
            end if;
        end if;
        if is_late then
            line := append_case_log(k.case_id, p_now, 'overdue', 'system', null, null, null, null, null,
                jsonb_build_object('kind', k.kind, 'rule', k.rule, 'dueAt', k.due_at), null);
            insert into job (kind, payload, created_at, run_at)
            values ('tellClock', jsonb_build_object('logId', line, 'caseId', k.case_id, 'n', k.n, 'late', true), p_now, p_now);
        end if;
    end loop;
    return next;
end
$$;
