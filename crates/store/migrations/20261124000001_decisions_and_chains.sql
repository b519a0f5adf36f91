-- What a move decides on is counted apart from what a page shows: a hundred people joining a case must not make every
-- move of its center stale.
alter table cases add column decision_version bigint not null default 1;
comment on column cases.version is 'counts every change; part of the ETag of the tracking pages';
comment on column cases.decision_version is 'counts what a move decides on: moves, alarms, answers, a new place; the ETag of the case';

-- Each report says for itself whether it is urgent, so that an un-merge can tell whose urgency goes with whom.
alter table report add column urgent boolean not null default false, add column alarmed boolean not null default false;
comment on column report.urgent is 'its category or words, its follow-ups'' and additions'' words included, make its case urgent';
comment on column report.alarmed is 'it spoke of danger to life';
update report r set alarmed = true, urgent = true
    where exists (select 1 from case_log l where l.report_id = r.report_id and l.act = 'alarmed');
update report r set urgent = true from cases c where c.case_id = r.case_id and c.urgency = 'urgent';

-- What a merge changed, to give it back.
alter table case_merge
    add column from_due_at timestamptz, add column from_due_kind text, add column from_due_rule text,
    add column into_due_at timestamptz, add column into_due_kind text, add column into_due_rule text,
    add column due_at_given timestamptz,
    add column question text, add column question_moved boolean not null default false;
comment on column case_merge.report_ids is 'the reports that moved with it and move back; without those that an un-merge further up the chain has taken out';
comment on column case_merge.from_due_at is 'the clock of the merged case, which goes on where it stood: a wrong merge buys no time';
comment on column case_merge.into_due_at is 'the clock of the other case before the merge';
comment on column case_merge.due_at_given is 'the deadline the merge gave the other case';
comment on column case_merge.question is 'the question that was open to the reporters of the merged case';

alter table addition add column detail jsonb;
comment on column addition.detail is 'what a follow-up said beside its words: place, answers, time';

alter table photo add column forgotten_at timestamptz;
comment on column photo.forgotten_at is 'set before its files are removed; nobody can use it any more, and the row goes last';
drop index photo_unused;
create index photo_unused on photo (uploaded_at) where report_id is null and case_id is null;

-- What an urgent report makes of the clock of the case it joins, and the place it gives to one that has none.
alter type new_report add attribute hastened jsonb;
alter type new_report add attribute located bytea;
