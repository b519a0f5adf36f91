-- Reports of platforms: which photos are fetched for them, when they were received, and what the platforms are told.
alter type new_report add attribute media_urls text[];
create index report_newest on report (received_at, report_id);
comment on column report.filed_by is 'account of the staff, or of channel open311 and device the platform';

alter table report drop constraint report_origin_check;
alter table report add constraint report_origin_check
    check (origin in ('public', 'patrol', 'superiorAssigned', 'leaderAssigned', 'media', 'device'));

-- What the sender of a request called it, so that one whose answer was lost is found again.
create table request_token (
    token text not null,
    platform_id uuid not null references platform,
    report_id uuid not null references report,
    primary key (platform_id, token)
);
create index request_token_token on request_token (token);

-- A published step of a case that a platform's report follows: what the platform polls.
create table platform_update (
    update_id bigint generated always as identity primary key,
    platform_id uuid not null references platform,
    report_id uuid not null references report,
    log_id bigint not null references case_log,
    made_at timestamptz not null,
    constraint platform_update_once unique (report_id, log_id)
);
create index platform_update_made on platform_update (platform_id, made_at, update_id);
comment on column platform_update.made_at is 'when it could be read first: whoever polls by time misses none';
