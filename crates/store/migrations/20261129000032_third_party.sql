-- Who of those that patrol found it: a third party that collects and enforcement watch each other.
alter table report add column found_by text check (found_by in ('thirdParty', 'enforcement'));
comment on column report.found_by is 'told by the filer''s grants at that time, of what they found themselves; null: neither';
create index report_found_by on report (found_by, received_at) where found_by is not null;
-- What citizens found in a week is asked for rarely; reports are appended in the order of receipt.
create index report_received on report using brin (received_at);
alter type new_report add attribute found_by text;
