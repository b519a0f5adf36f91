-- $2 cases of the center $1 in the states a center has them in, their deadlines spread over a month.
insert into cases (case_id, case_number, district_code, center_code, segment_code, category, family, state, urgency,
    place_unknown, confirm_new, fingerprint, takes_reports, report_count, version, due_at, due_kind, due_rule, routing,
    rulebook_version_id, opened_at, changed_at, log_seq, log_head, assignee, unit_code)
select 2000000000 + n, 'inbox' || n, left($1, 6), $1, $1 || lpad((n % 20 + 1)::text, 3, '0'), 'road-damage', 'road', s.state,
    'normal', false, false, '\xff', s.state not in ('closed', 'archived'), 1 + n % 3, 1,
    case when s.state not in ('suspended', 'archived') then now() + (hashint4(n) % 43200) * interval '1 minute' end,
    'handle', 'clocks.handle', '[]', (select max(rulebook_version_id) from rulebook_version),
    now() - n * interval '1 minute', now(), 0, '', u.name, u.code
from generate_series(1, $2::int) n
cross join lateral (select case n % 20
    when 0 then 'suspended' when 1 then 'returned' when 2 then 'handled' when 3 then 'inspecting' when 4 then 'dispatched'
    when 5 then 'dispatched' when 6 then 'opened' when 7 then 'received' when 8 then 'received' when 9 then 'closed'
    when 10 then 'archived' when 11 then 'archived' when 12 then 'archived' else 'signed' end as state) s
cross join lateral (select case when s.state in ('dispatched', 'signed') then 'urban-management' end as code,
    case when s.state in ('dispatched', 'signed') then '区城市管理局' end as name) u
