-- Roads drawn by lot (以克论净): with the seed and the list, so that anybody can draw again. Once for each purpose and period.
create table road_draw (
    draw_id uuid primary key,
    area text not null,
    purpose text not null,
    period text not null,
    algorithm text not null,
    seed bytea not null check (octet_length(seed) = 32),
    among jsonb not null,
    roads text[] not null,
    road_names text[] not null,
    list_hash bytea not null check (octet_length(list_hash) = 32),
    count integer not null check (count between 1 and cardinality(roads)),
    drawn text[] not null,
    drawn_by uuid not null,
    drawn_at timestamptz not null,
    constraint road_draw_once unique (area, purpose, period),
    check (cardinality(road_names) = cardinality(roads)),
    check (cardinality(drawn) = count)
);
comment on column road_draw.seed is 'from the operating system; nobody chooses it';
comment on column road_draw.among is 'which roads of the rulebook were in the list: classes and towns';
comment on column road_draw.roads is 'the whole list, sorted by bytes, each once';
comment on column road_draw.list_hash is 'of the list, as jiekou_core::draw describes';

create function refuse_draw_change() returns trigger language plpgsql as $$
begin
    raise exception 'nobody redraws';
end
$$;
create trigger road_draw_frozen before update or delete on road_draw
    for each row execute function refuse_draw_change();
