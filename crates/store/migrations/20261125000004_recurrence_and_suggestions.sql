-- A problem that comes back after its case was closed. A table of its own: who joins a case rewrites the case's row.
create table case_recurrence (
    case_id bigint primary key references cases,
    recurrence_of bigint not null,
    times_here integer not null check (times_here >= 2),
    window_days integer not null,
    hot_spot boolean not null,
    judged jsonb not null,
    found_at timestamptz not null
);
comment on column case_recurrence.recurrence_of is 'the earlier case; no reference, so that no second case is locked out of order';
comment on column case_recurrence.times_here is 'cases of the problem at this place within window_days, this one included';
comment on column case_recurrence.judged is 'why the earlier case is the same problem: score and reasons';
create index case_recurrence_hot on case_recurrence (case_id) where hot_spot;

-- Closed cases by place: what comes back is looked for here. Only columns that are indexed already, so that no update
-- of a case gets dearer, and no row until a case takes no more reports.
create index cases_past on cases (cell, family, case_id) where not takes_reports;
create index cases_past_component on cases (component_id, case_id) where not takes_reports and component_id is not null;

-- Two cases that may be one problem, until their center says so or not.
create table suggestion (
    case_id bigint not null references cases,
    other_id bigint not null,
    judged jsonb,
    suggested_at timestamptz not null,
    decision text check (decision in ('merged', 'keptApart')),
    decided_at timestamptz,
    decided_by uuid,
    merge_id bigint references case_merge,
    primary key (case_id, other_id),
    check ((decision is null) = (decided_at is null))
);
comment on column suggestion.case_id is 'the case that was opened although it is like another one';
comment on column suggestion.other_id is 'the case it is like; no reference, so that recording a report locks no other case';
comment on column suggestion.judged is 'the judge''s score and reasons; null when the pair was never suggested, only merged and parted again';
comment on column suggestion.merge_id is 'the merge that said yes; taking it back says no';
create index suggestion_waiting on suggestion (case_id) where decision is null;
create index suggestion_other on suggestion (other_id) where decision is null;
create index suggestion_merge on suggestion (merge_id) where merge_id is not null;
