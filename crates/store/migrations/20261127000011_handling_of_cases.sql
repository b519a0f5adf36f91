-- Who has a case, which loop it runs in, and what its moves depend on.
alter table cases
    add column runs_in text not null default 'dispatch' check (runs_in in ('self', 'dispatch', 'enforcement')),
    add column lead_code text,
    add column enforcement_code text,
    add column community_code text,
    add column grid_code text,
    add column complexity text check (complexity in ('simple', 'complex')),
    add column unit_code text,
    add column post_code text,
    add column person_id uuid,
    add column progress jsonb;
comment on column cases.runs_in is 'the closed loop it runs in: settled by its finder, dispatched, enforced';
comment on column cases.lead_code is 'unit or center that answers for problems of this kind here';
comment on column cases.enforcement_code is 'the unit that enforces here';
comment on column cases.complexity is 'as said at dispatch; null: as its category has it';
comment on column cases.unit_code is 'the unit that it was handed to; assignee is its name, or words where it is no unit of the rulebook';
comment on column cases.post_code is 'the post on the spot that it was handed to';
comment on column cases.person_id is 'the person of the unit who goes';
comment on column cases.progress is 'what else its moves depend on: core::case::Matter; null: nothing yet';
create index cases_unit on cases (unit_code, case_id) where takes_reports and unit_code is not null;
create index cases_segment on cases (segment_code, case_id) where takes_reports and segment_code is not null;
create index cases_grid on cases (grid_code, case_id) where takes_reports and grid_code is not null;
create index cases_community on cases (community_code, case_id) where takes_reports and community_code is not null;

alter type new_case add attribute runs_in text;
alter type new_case add attribute lead_code text;
alter type new_case add attribute enforcement_code text;
alter type new_case add attribute community_code text;
alter type new_case add attribute grid_code text;

-- Units that have a part in a case beside the one that leads: they handle with it, or a whistle called them.
create table case_part (
    case_id bigint not null references cases,
    unit_code text not null,
    part text not null check (part in ('helper', 'called')),
    asked_at timestamptz not null,
    answer_due_at timestamptz,
    arrived_at timestamptz,
    arrived_by uuid,
    done_at timestamptz,
    done_by uuid,
    note text,
    ended_at timestamptz,
    primary key (case_id, unit_code, part, asked_at)
);
comment on column case_part.answer_due_at is 'by when a called unit has to be there';
comment on column case_part.done_at is 'when the unit said that its part is done';
comment on column case_part.ended_at is 'when the case was handed to somebody else';
create index case_part_open on case_part (unit_code, case_id) where ended_at is null and done_at is null;

-- What reporters say of a closed case, once a report for each closing.
create table call_back_answer (
    report_id uuid not null references report,
    case_id bigint not null references cases,
    closing integer not null,
    solved boolean not null,
    words text,
    answered_at timestamptz not null,
    primary key (report_id, case_id, closing)
);
comment on column call_back_answer.closing is 'which closing of the case it is about, counted from one';
create index call_back_answer_case on call_back_answer (case_id, closing);

alter table report add column withdrawn_at timestamptz;
comment on column report.withdrawn_at is 'its author took it back; it is kept, and follows its case no longer';

-- What a move has decided on, so that a decision on something that has changed is not written.
create type case_seen as (decision_version bigint, due_at timestamptz, urgency text, report_count integer);
-- A move as it is written: the case as it is afterwards, and its log line.
create type case_move as (
    act text, actor_kind text, actor uuid, reason text, note text, detail jsonb, report_id uuid,
    to_state text, takes_reports boolean, question text, assignee text, returns integer, dispatched_at timestamptz,
    clocks jsonb, exempts boolean, progress jsonb,
    runs_in text, complexity text, unit_code text, post_code text, person_id uuid,
    ends_parts boolean, parts jsonb, arrived text, done text, jobs jsonb, photo_ids uuid[]
);
-- What a correction of place or category makes of a case.
create type case_correction as (
    category text, family text, fingerprint bytea, center_code text, segment_code text, community_code text,
    grid_code text, longitude double precision, latitude double precision, cell bigint, address text,
    place_unknown boolean, routing jsonb, lead_code text, enforcement_code text, locks bigint[]
);
