-- Messages to people of the plan that are about no step of a case: accountability, circulars, placards. The words are
-- written down when the thing happens and sent as they are.
create table plan_notice (
    notice_id uuid primary key,
    kind text not null,
    subject text not null,
    body text not null,
    created_at timestamptz not null
);
comment on table plan_notice is 'names segments, cases and rules, never reporters';

alter table delivery add column notice_id uuid references plan_notice, alter column log_id drop not null;
comment on column delivery.notice_id is 'set instead of log_id when it is about no step of a case';
alter table delivery add constraint delivery_about_one check (num_nonnulls(log_id, notice_id) = 1);
alter table delivery drop constraint delivery_once;
alter table delivery add constraint delivery_once
    unique nulls not distinct (log_id, notice_id, report_id, center_code, recipient, channel);
