-- Statistics, rolled up by day and by month for whoever they are asked about. A worker counts what has changed, reading
-- only; no move and no report writes here. Every roll-up is at any time the sum of what counted_case says, and what was
-- not counted yet is read live.
create table roll_up (
    cycle text not null check (cycle in ('day', 'month')),
    dimension text not null,
    first_day date not null,
    center_code text not null,
    code text not null,
    reports integer not null default 0,
    received integer not null default 0,
    merged integer not null default 0,
    public_only integer not null default 0,
    recurred integer not null default 0,
    hot_spots integer not null default 0,
    rejected integer not null default 0,
    voided integer not null default 0,
    accepted integer not null default 0,
    accepted_on_time integer not null default 0,
    verified integer not null default 0,
    verified_on_time integer not null default 0,
    valid integer not null default 0,
    enforced integer not null default 0,
    enforced_soundly integer not null default 0,
    dispatched integer not null default 0,
    dispatched_on_time integer not null default 0,
    handled integer not null default 0,
    inspected integer not null default 0,
    inspected_on_time integer not null default 0,
    reworked integer not null default 0,
    closed integer not null default 0,
    force_closed integer not null default 0,
    due integer not null default 0,
    due_closed integer not null default 0,
    due_on_time integer not null default 0,
    overdue integer not null default 0,
    exempted integer not null default 0,
    urgent_due integer not null default 0,
    urgent_closed integer not null default 0,
    urgent_on_time integer not null default 0,
    breaches integer not null default 0,
    returned integer not null default 0,
    extended integer not null default 0,
    suspended integer not null default 0,
    reopened integer not null default 0,
    escalated integer not null default 0,
    supervised integer not null default 0,
    hastened integer not null default 0,
    answered integer not null default 0,
    solved integer not null default 0,
    primary key (cycle, dimension, first_day, center_code, code)
);
comment on table roll_up is 'The figures are those of jiekou_core::statistics::Figures';
comment on column roll_up.code is 'what the row is about: a town, segment, community, grid, unit or category';

-- What each case counts, so that it can be taken out again when it counts something else.
create table counted_case (
    case_id bigint primary key references cases on delete cascade,
    counted jsonb not null
);
comment on column counted_case.counted is 'jiekou_core::statistics::Counted';

-- How far was counted. Log lines are numbered before they are committed, so a line may appear below others that were
-- seen. A number is final once every transaction that can have drawn a lower one is over; see final_line.
create table counting (
    only_row boolean primary key default true check (only_row),
    definitions integer not null default 0,
    counted_log bigint not null default 0,
    final_log bigint not null default 0,
    next_log bigint not null default 0,
    next_xid xid8 not null default '0',
    seen_log bigint not null default 0
);
comment on column counting.definitions is 'the figures'' definitions that it was counted by';
comment on column counting.counted_log is 'every line up to this one is counted';
comment on column counting.final_log is 'no line up to this one will appear any more';
comment on column counting.next_log is 'becomes final when every transaction up to next_xid is over';
comment on column counting.seen_log is 'the highest number drawn at the last look';
insert into counting default values;
