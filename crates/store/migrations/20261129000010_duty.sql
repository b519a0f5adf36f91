-- Turns of duty, standing in for one another, and who collected a problem.
alter table staff_grant add column turn text check (turn in ('A', 'B'));
comment on column staff_grant.turn is 'whose turn it is in a post that two hold by turns; null: no turns';
create index staff_grant_area on staff_grant (area);

alter table staff_account add column email_key_id text, add column email_sealed bytea;
comment on column staff_account.email_sealed is 'work address for invitations and notices, encrypted; null: invitations are handed over, and the post, unit or center is told';

create table deputy (
    deputy_id uuid primary key,
    absent_id uuid not null references staff_account,
    staff_id uuid not null references staff_account,
    from_at timestamptz not null,
    until_at timestamptz not null,
    note text,
    made_by uuid not null,
    made_at timestamptz not null,
    ended_by uuid,
    check (from_at <= until_at),
    check (absent_id <> staff_id)
);
comment on table deputy is 'While it lasts staff_id does what absent_id may do, within area and unit';
comment on column deputy.until_at is 'the end, which does not belong to it; moved to the moment at which it was ended early';
create index deputy_of on deputy (staff_id, until_at);
create index deputy_for on deputy (absent_id, until_at);

alter table report add column collected boolean not null default false;
comment on column report.collected is 'filed by somebody whose work is to look for problems (采集员), and not for a citizen';
alter type new_report add attribute collected boolean;
create index report_collected on report (case_id, receipt_number) where collected;
