-- A report that named two problems is split: the second one is a case of its own, which its author follows by a report of
-- its own. That one has the receipt number of what was split, so that the order of receipt stays what it was.
alter table cases add column split_from bigint references cases;
comment on column cases.split_from is 'the case whose report named this problem too';
create index cases_split_from on cases (split_from) where split_from is not null;

alter table report add column split_of uuid references report;
comment on column report.split_of is 'the report, as it was sent, that this is a part of; same author, contact and receipt number';
alter table report add column parts integer not null default 0;
comment on column report.parts is 'how many were split off it; the page of a report without any need not look for them';
create index report_split_of on report (split_of) where split_of is not null;
alter table report drop constraint report_receipt;
create unique index report_receipt on report (district_code, receipt_number) where split_of is null;
