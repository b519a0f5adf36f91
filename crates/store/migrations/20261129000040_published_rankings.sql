-- Rankings as they were published: what is told at the meeting stays as it was, whatever happens to the cases later.
create table published_ranking (
    ranking_id bigint generated always as identity primary key,
    code text not null,
    cycle text not null,
    period text not null,
    first_day date not null,
    last_day date not null,
    rulebook_version_id bigint not null references rulebook_version,
    published_at timestamptz not null,
    published_by uuid not null references staff_account,
    standings jsonb not null,
    constraint published_ranking_once unique (code, period)
);
comment on column published_ranking.code is 'the ranking of the rulebook (assessment.yaml)';
comment on column published_ranking.period is 'the period''s name, such as 2026-11上旬';
comment on column published_ranking.rulebook_version_id is 'whose areas the square metres of the rows are';
comment on column published_ranking.standings is 'jiekou_core::assessment::Standings';

create function refuse_published_change() returns trigger language plpgsql as $$
begin
    raise exception 'a published ranking stays as it is';
end
$$;
create trigger published_ranking_stays before update or delete on published_ranking
    for each row execute function refuse_published_change();
