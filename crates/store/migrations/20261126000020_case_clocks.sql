-- The clocks of a case, several at once, each with the rule that set it. Its moments are computed when it starts (and
-- anew when a pause ends, or by an extension or a correction), never from the present.
create table case_clock (
    case_id bigint not null references cases,
    n integer not null,
    kind text not null,
    rule text not null,
    allowance jsonb not null,
    started_at timestamptz not null,
    warn_at timestamptz not null,
    due_at timestamptz not null,
    paused_at timestamptz,
    pauses jsonb not null default '[]',
    extensions integer not null default 0,
    ended_at timestamptz,
    ended_by text,
    exempted_at timestamptz,
    merged_from bigint references cases,
    warn_raised_at timestamptz,
    overdue_raised_at timestamptz,
    overdue_rung integer,
    next_at timestamptz generated always as (
        case when ended_at is null and paused_at is null and exempted_at is null then
            case when warn_raised_at is null then warn_at when overdue_raised_at is null then due_at end
        end) stored,
    primary key (case_id, n)
);
comment on table case_clock is 'Whoever writes a row holds the lock of its case';
comment on column case_clock.allowance is 'the limit, or the share of one, that the clock was given';
comment on column case_clock.due_at is 'the last instant that is on time';
comment on column case_clock.paused_at is 'standing still since; kept when the clock ends meanwhile';
comment on column case_clock.pauses is 'those that are over';
comment on column case_clock.ended_by is 'the act that ended it; what a merge ended goes on after an un-merge';
comment on column case_clock.merged_from is 'the clock came with the reports of this merged case';
comment on column case_clock.overdue_rung is 'the rung of the ladder that was told';
comment on column case_clock.next_at is 'when the worker raises the next alarm; null: none is left';
-- What a tick looks at, however many cases are open.
create index case_clock_next on case_clock (next_at) where next_at is not null;

alter type new_case add attribute clocks jsonb;

-- Cases that are open now get the clock that is shown. What has passed counts as raised: an upgrade alarms nobody.
create temporary table known_limit on commit drop as
    select rulebook_version_id, 'clocks.' || key as rule, value as allowance
    from rulebook_version, jsonb_each(body -> 'clocks')
    union all
    select rulebook_version_id, 'categories.' || (category ->> 'slug') || '.handleLimit', category -> 'handleLimit'
    from rulebook_version, jsonb_array_elements(body -> 'categories') category;

insert into case_clock (case_id, n, kind, rule, allowance, started_at, warn_at, due_at, warn_raised_at, overdue_raised_at)
select c.case_id, 1, c.due_kind, c.due_rule,
       jsonb_build_object('limit', coalesce(k.allowance, '{"amount":1,"unit":"workDay"}'), 'share', '1/1'), s.at,
       w.at, c.due_at, case when w.at <= now() then now() end, case when c.due_at <= now() then now() end
from cases c
left join known_limit k on k.rulebook_version_id = c.rulebook_version_id and k.rule = c.due_rule
cross join lateral (
    select least(c.due_at, coalesce((select max(l.at) from case_log l
        where l.case_id = c.case_id and l.to_state is distinct from l.from_state), c.opened_at)) as at) s
cross join lateral (select c.due_at - (c.due_at - s.at) / 5 as at) w
where c.due_at is not null;

-- What the merges in force took from their cases, and gave to others, as clocks.
insert into case_clock (case_id, n, kind, rule, allowance, started_at, warn_at, due_at, ended_at, ended_by, warn_raised_at)
select m.from_case, 1, m.from_due_kind, m.from_due_rule,
       jsonb_build_object('limit', coalesce(k.allowance, '{"amount":1,"unit":"workDay"}'), 'share', '1/1'),
       least(m.from_due_at, c.opened_at), m.from_due_at, m.from_due_at, m.merged_at, 'merge', m.merged_at
from case_merge m join cases c on c.case_id = m.from_case
left join known_limit k on k.rulebook_version_id = c.rulebook_version_id and k.rule = m.from_due_rule
where m.undone_at is null and m.from_due_at is not null
on conflict do nothing;

insert into case_clock (case_id, n, kind, rule, allowance, started_at, warn_at, due_at, warn_raised_at)
select distinct on (k.case_id) k.case_id, 2, m.into_due_kind, m.into_due_rule, k.allowance, k.started_at, m.into_due_at,
       m.into_due_at, now()
from case_clock k join case_merge m on m.into_case = k.case_id and m.undone_at is null
where k.n = 1 and k.due_at = m.due_at_given and m.into_due_kind = k.kind and m.into_due_at > k.due_at
order by k.case_id, m.merged_at;
update case_clock k set merged_from = m.from_case
from case_merge m
where m.into_case = k.case_id and m.undone_at is null and k.n = 1 and k.due_at = m.due_at_given
  and exists (select from case_clock own where own.case_id = k.case_id and own.n = 2);
