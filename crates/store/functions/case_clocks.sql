-- The clocks of a case as the service reads them. The fields are those of jiekou_core::case::CaseClock.
create or replace function case_clocks(p_case bigint) returns jsonb language plpgsql stable as $$
begin
    return (select coalesce(jsonb_agg(jsonb_build_object(
        'n', k.n, 'kind', k.kind, 'rule', k.rule, 'allowance', k.allowance, 'startedAt', k.started_at,
        'warnAt', k.warn_at, 'dueAt', k.due_at, 'pausedAt', k.paused_at, 'pauses', k.pauses,
        'extensions', k.extensions, 'endedAt', k.ended_at, 'exemptedAt', k.exempted_at) order by k.n), '[]')
        from case_clock k where k.case_id = p_case);
end
$$;

-- Starts clocks of a case whose row the caller has locked, or just inserts.
create or replace function start_clocks(p_case bigint, p_clocks jsonb, p_merged_from bigint) returns void
language plpgsql as $$
begin
    insert into case_clock (case_id, n, kind, rule, allowance, started_at, warn_at, due_at, paused_at, pauses, extensions,
        merged_from)
    select p_case, (select coalesce(max(own.n), 0) from case_clock own where own.case_id = p_case) + k.position::int,
        k.clock ->> 'kind', k.clock ->> 'rule', k.clock -> 'allowance', (k.clock ->> 'startedAt')::timestamptz,
        (k.clock ->> 'warnAt')::timestamptz, (k.clock ->> 'dueAt')::timestamptz,
        (k.clock ->> 'pausedAt')::timestamptz, coalesce(k.clock -> 'pauses', '[]'),
        coalesce((k.clock ->> 'extensions')::int, 0), p_merged_from
    from jsonb_array_elements(p_clocks) with ordinality k (clock, position);
end
$$;

-- Shows the soonest running clock of a kind as the deadline of its case; none when there is none.
create or replace function show_clock(p_case bigint, p_kind text) returns void language plpgsql as $$
begin
    update cases c set due_at = k.due_at, due_kind = k.kind, due_rule = k.rule
    from (select 1) one left join lateral (
        select due_at, kind, rule from case_clock
        where case_id = p_case and kind = p_kind and ended_at is null and paused_at is null
        order by due_at, n limit 1) k on true
    where c.case_id = p_case;
end
$$;

-- Writes a jiekou_core::rulebook::ClockChange of a case whose row the caller has locked.
create or replace function change_clocks(p_case bigint, p_now timestamptz, p_act text, p_change jsonb) returns void
language plpgsql as $$
begin
    update case_clock k set warn_at = (moved ->> 'warnAt')::timestamptz, due_at = (moved ->> 'dueAt')::timestamptz,
        paused_at = (moved ->> 'pausedAt')::timestamptz, pauses = moved -> 'pauses',
        extensions = (moved ->> 'extensions')::int,
        warn_raised_at = case when not (moved -> 'raiseAgain')::boolean then k.warn_raised_at end,
        overdue_raised_at = case when not (moved -> 'raiseAgain')::boolean then k.overdue_raised_at end
    from jsonb_array_elements(p_change -> 'moved') moved
    where k.case_id = p_case and k.n = (moved ->> 'n')::int and k.ended_at is null;
    update case_clock k set ended_at = p_now, ended_by = p_act
    where k.case_id = p_case and k.ended_at is null
      and (p_change -> 'endKinds' ? k.kind or p_change -> 'endRules' ? k.rule or p_change -> 'end' @> to_jsonb(k.n));
    if (p_change -> 'pause')::boolean then
        update case_clock k set paused_at = p_now
        where k.case_id = p_case and k.ended_at is null and k.paused_at is null;
    end if;
    perform start_clocks(p_case, p_change -> 'started', null);
    perform show_clock(p_case, p_change ->> 'shown');
end
$$;
