-- A part of a year's cases with all that happened to them: numbers $1 to $2 of $3. Nine of ten are closed, every seventh
-- late.
with wanted as (
    select 2000000000 + n as case_id, n, date_trunc('year', now()) + interval '1 year' * ((n * 7919 % $3) / $3::float8) as at,
        n % 10 > 0 as closed, n % 7 = 0 as late
    from generate_series($1::bigint, $2::bigint) n
), opened as (
    insert into cases (case_id, case_number, district_code, center_code, segment_code, category, family, state, urgency,
        place_unknown, confirm_new, fingerprint, takes_reports, report_count, version, routing, rulebook_version_id,
        opened_at, changed_at, log_seq, log_head, unit_code, dispatched_at)
    select case_id, 'past' || n, '410103', '410103' || lpad((n % 17 + 1)::text, 3, '0'),
        '410103' || lpad((n % 17 + 1)::text, 3, '0') || lpad((n % 16 + 1)::text, 3, '0'),
        (array['road-damage', 'household-waste', 'vehicle-parking', 'manhole', 'street-light', 'noise', 'shop-outside',
            'water-logging', 'small-ads', 'greening', 'construction-dust', 'public-facility'])[n % 12 + 1], 'road', case when closed then 'closed' else 'signed' end,
        case when n % 20 = 0 then 'urgent' else 'normal' end, false, false, '\xff', not closed, 1, 1, '[]',
        (select max(rulebook_version_id) from rulebook_version), at, at, 7, '',
        (array['urban-management', 'traffic-police', 'health-campaign'])[n % 3 + 1], at + interval '2 hours'
    from wanted
), logged as (
    insert into case_log (case_id, seq, at, act, actor_kind, from_state, to_state, detail, hash)
    select case_id, seq, at + after, act, 'staff', from_state, to_state,
        case act when 'dispatch' then jsonb_build_object('unit', (array['urban-management', 'traffic-police', 'health-campaign'])[n % 3 + 1]) end, ''
    from wanted, (values
        (1, interval '0', 'received', null, 'received'), (2, interval '10 minutes', 'accept', 'received', 'accepted'),
        (3, interval '1 hour', 'open', 'accepted', 'opened'), (4, interval '2 hours', 'dispatch', 'opened', 'dispatched'),
        (5, interval '3 hours', 'sign', 'dispatched', 'signed'), (6, interval '30 hours', 'handle', 'signed', 'handled'),
        (7, interval '31 hours', 'inspect', 'handled', 'inspecting'), (8, interval '32 hours', 'pass', 'inspecting', 'closed')
    ) step (seq, after, act, from_state, to_state)
    where closed or seq < 6
), timed as (
    insert into case_clock (case_id, n, kind, rule, allowance, started_at, warn_at, due_at, ended_at, ended_by,
        warn_raised_at, overdue_raised_at)
    select case_id, position, kind, 'clocks.' || kind, '{"limit":{"amount":30,"unit":"minute"},"share":"1/1"}', at, at,
        at + due - case when late then interval '3 hours' else interval '0' end,
        case when closed or kind <> 'handle' then at + ended end, case when closed or kind <> 'handle' then act end, at, at
    from wanted, (values
        (1, 'accept', interval '30 minutes', interval '10 minutes', 'accept'),
        (2, 'preVerify', interval '2 hours', interval '1 hour', 'open'),
        (3, 'dispatch', interval '3 hours', interval '2 hours', 'dispatch'),
        (4, 'handle', interval '32 hours', interval '30 hours', 'handle'),
        (5, 'inspect', interval '33 hours', interval '32 hours', 'pass')
    ) clock (position, kind, due, ended, act)
    where closed or position < 5
)
insert into report (report_id, tracking_code, claim_hash, receipt_number, district_code, case_id, since_log, pseudonym,
    channel, outcome, category, description, place, anonymous, confirm_new, received_at)
select gen_random_uuid(), 'past' || n, sha256(('past' || n)::bytea), 2000000000 + n, '410103', case_id, 0, gen_random_uuid(),
    case when n % 5 = 0 then 'staff' else 'web' end, 'new', 'road-damage', '', '{}', false, false, at
from wanted
