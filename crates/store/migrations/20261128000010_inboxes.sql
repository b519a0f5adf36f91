-- Inboxes: each list of cases is read through an index in its own order, the newest first or the least time left first.
-- A clock that stands still has all the time there is.

alter table cases add column raised boolean not null default false;
comment on column cases.raised is 'escalated to a higher step of the ladder, or supervised; follows from progress';
update cases set raised = true where coalesce(progress ->> 'rung', progress ->> 'supervisedAt') is not null;
create index cases_raised on cases (case_id) where raised;

-- By center.
create index cases_inbox_state on cases (center_code, state, case_id);
create index cases_inbox_due on cases (center_code, state, (coalesce(due_at, 'infinity'::timestamptz)), case_id);

-- By unit, past cases too.
drop index cases_unit;
create index cases_unit on cases (unit_code, case_id) where unit_code is not null;
create index cases_unit_due on cases (unit_code, state, (coalesce(due_at, 'infinity'::timestamptz)), case_id)
    where unit_code is not null;
drop index case_part_open;
create index case_part_standing on case_part (unit_code, case_id) where ended_at is null;

-- By place. A place has few open cases, which are sorted when they are asked for.
drop index cases_segment;
create index cases_segment on cases (segment_code, takes_reports, case_id) where segment_code is not null;
drop index cases_grid;
create index cases_grid on cases (grid_code, takes_reports, case_id) where grid_code is not null;
drop index cases_community;
create index cases_community on cases (community_code, takes_reports, case_id) where community_code is not null;

-- By the person who goes.
create index cases_person on cases (person_id, case_id) where person_id is not null;
