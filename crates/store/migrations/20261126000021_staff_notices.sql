-- Messages to people of the plan: centers, units, holders of a post.
alter table delivery add column recipient text;
comment on column delivery.recipient is 'who of the plan is told, as center/CODE, unit/CODE or post/CODE/AREA; the address is looked up when it is sent';
alter table delivery drop constraint delivery_check;
alter table delivery add constraint delivery_to_one check (num_nonnulls(report_id, center_code, recipient) = 1);
alter table delivery drop constraint delivery_once;
alter table delivery add constraint delivery_once
    unique nulls not distinct (log_id, report_id, center_code, recipient, channel);
