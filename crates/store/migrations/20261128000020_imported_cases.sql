-- Open cases that were taken over from another system, once each.
create table case_import (
    system text not null,
    number text not null,
    case_id bigint not null constraint case_import_case unique references cases,
    imported_at timestamptz not null,
    constraint case_import_once primary key (system, number)
);
comment on column case_import.number is 'the number in the other system: the same list again changes nothing';

-- What an imported case has beside a new one and its report.
create type taken_over as (
    number text, opened_at timestamptz, dispatched_at timestamptz, assignee text, unit_code text, returns integer,
    progress jsonb, note text, detail jsonb, resume_at timestamptz
);
