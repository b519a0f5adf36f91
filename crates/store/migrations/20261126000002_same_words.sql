-- Of a crowd of cases only the nearest are compared with a new report, and those of the very same text.
alter table cases add column words bigint;
comment on column cases.words is 'hash of the opening report''s text as it is compared; null when too short to tell';
alter type new_case add attribute words bigint;
alter type reach add attribute words bigint;
alter type reach add attribute nearest integer;
