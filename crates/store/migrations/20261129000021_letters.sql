-- Messages to people of the plan that are about no step of a case: lists of overdue patrols, digests, circulars. Their
-- words are written down when the thing happens and sent as they are, like all others.
create table letter (
    letter_id uuid primary key,
    kind text not null,
    subject text not null,
    body text not null,
    written_at timestamptz not null
);
comment on table letter is 'names segments, cases and rules, never a reporter';

alter table delivery add column letter_id uuid references letter;
alter table delivery alter column log_id drop not null;
alter table delivery add constraint delivery_about_one check (num_nonnulls(log_id, letter_id) = 1);
alter table delivery drop constraint delivery_once;
alter table delivery add constraint delivery_once
    unique nulls not distinct (log_id, letter_id, report_id, center_code, recipient, channel);

-- What is done once for each day that is over, by whichever worker comes first.
create table daily_work (
    work text not null,
    day date not null,
    done_at timestamptz not null,
    primary key (work, day)
);

-- 日报告: one a day and area, kept as it was made.
create table digest (
    day date not null,
    area text not null,
    body jsonb not null,
    made_at timestamptz not null,
    primary key (day, area)
);
comment on column digest.body is 'jiekou_core::digest::DayDigest: counts and names of places, nothing of any person';
