-- Where a report comes from. Staff say so of what they file; what citizens file is public.
alter table report add column origin text not null default 'public'
    check (origin in ('public', 'patrol', 'superiorAssigned', 'leaderAssigned', 'media'));
comment on column report.origin is 'who found the problem or wants it looked at; the channel says by which door it came';
alter table report add column exposure jsonb;
comment on column report.exposure is 'what a medium published: its name, the day and a link';
alter table report add constraint report_exposure check ((origin = 'media') = (exposure is not null));
-- Until now nobody could say so: what staff filed counted as found by them.
update report set origin = 'patrol' where channel = 'staff';
alter type new_report add attribute origin text;
alter type new_report add attribute exposure jsonb;

alter table roll_up add column exposed integer not null default 0;
alter table roll_up add column exposures integer not null default 0;
