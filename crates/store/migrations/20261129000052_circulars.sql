-- Circulars (通报): frozen as they were issued, one of a period.
create table circular (
    circular_id uuid primary key,
    area text not null,
    period text not null,
    first_day date not null,
    last_day date not null,
    rules jsonb not null,
    words text,
    addressees text[] not null,
    drawn_up boolean not null,
    letter_id uuid not null references letter,
    issued_by uuid not null,
    issued_at timestamptz not null,
    constraint circular_once unique (area, period)
);
comment on column circular.area is 'code of the city or district that assesses';
comment on column circular.period is 'name of the period, such as 2026-11上旬';
comment on column circular.rules is 'jiekou_core::circular::CircularRules in force then';
comment on column circular.addressees is 'who of the plan was told, as post/CODE/AREA, center/CODE or unit/CODE';
comment on column circular.drawn_up is 'every open overdue case of the period; else chosen ones';
create index circular_days on circular (area, first_day);

create table circular_item (
    circular_id uuid not null references circular,
    position integer not null,
    case_id bigint not null references cases,
    center_code text not null,
    segment_code text,
    category text not null,
    address text,
    due_at timestamptz,
    times integer not null check (times >= 1),
    deduction integer not null check (deduction >= 0),
    primary key (circular_id, position),
    unique (circular_id, case_id)
);
comment on column circular_item.times is 'how often in a row the problem was notified, this time included';
comment on column circular_item.deduction is 'hundredths of a point';
create index circular_item_case on circular_item (case_id);

create function refuse_circular_change() returns trigger language plpgsql as $$
begin
    raise exception 'circulars are frozen';
end
$$;
create trigger circular_frozen before update or delete on circular
    for each row execute function refuse_circular_change();
create trigger circular_item_frozen before update or delete on circular_item
    for each row execute function refuse_circular_change();
