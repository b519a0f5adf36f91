-- Open cases with one running clock each, $1 of them. Their moments lie from $2 on, spread over $3.
with opened as (
    insert into cases (case_id, case_number, district_code, center_code, category, family, state, urgency, place_unknown,
        confirm_new, fingerprint, takes_reports, report_count, version, due_at, due_kind, due_rule, routing,
        rulebook_version_id, opened_at, changed_at, log_seq, log_head)
    select 1000000000 + n, 'open' || n, '410103', '410103' || lpad((n % 16 + 1)::text, 3, '0'), 'road-damage', 'road',
        'received', 'normal', false, false, '\xff', true, 1, 1, $2::timestamptz + $3::interval * (n / $1::float8), 'accept', 'clocks.accept', '[]',
        (select max(rulebook_version_id) from rulebook_version), $2::timestamptz - interval '30 minutes', $2, 0, ''
    from generate_series(1, $1::int) n
    returning case_id, opened_at, due_at
)
insert into case_clock (case_id, n, kind, rule, allowance, started_at, warn_at, due_at)
select case_id, 1, 'accept', 'clocks.accept', '{"limit":{"amount":30,"unit":"minute"},"share":"1/1"}', opened_at,
    due_at - interval '6 minutes', due_at
from opened
