-- Monthly ratings of segments by flags. A correction is a new version: nothing here is ever changed.
create table flag_rating (
    area text not null,
    month date not null check (extract(day from month) = 1),
    version integer not null check (version >= 1),
    rules jsonb not null,
    reason text,
    rated_by uuid not null,
    rated_at timestamptz not null,
    primary key (area, month, version),
    check (version = 1 or reason is not null)
);
comment on column flag_rating.area is 'code of the city or district that assesses';
comment on column flag_rating.rules is 'jiekou_core::flag::FlagRules in force when the month was first rated; corrections keep them';

create table segment_flag (
    area text not null,
    month date not null,
    version integer not null,
    segment_code text not null,
    segment_name text not null,
    town_code text not null,
    flag text not null check (flag in ('red', 'black')),
    primary key (area, month, version, segment_code),
    foreign key (area, month, version) references flag_rating
);
comment on column segment_flag.segment_name is 'as it was then: later rules may not have the segment any more';
create index segment_flag_of on segment_flag (segment_code, month);

create function refuse_rating_change() returns trigger language plpgsql as $$
begin
    raise exception 'ratings are corrected by a new version';
end
$$;
create trigger flag_rating_append_only before update or delete on flag_rating
    for each row execute function refuse_rating_change();
create trigger segment_flag_append_only before update or delete on segment_flag
    for each row execute function refuse_rating_change();

-- Accountability that has started (启动问责). Only a correction of the rating itself takes it back.
create table accountability (
    accountability_id bigint generated always as identity primary key,
    area text not null,
    segment_code text not null,
    segment_name text not null,
    town_code text not null,
    month date not null,
    grounds jsonb not null,
    started_at timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_reason text,
    check ((withdrawn_at is null) = (withdrawn_reason is null))
);
comment on column accountability.grounds is 'jiekou_core::flag::FlagGround: the rules and what the segment had of them';
create unique index accountability_once on accountability (segment_code, month) where withdrawn_at is null;
create index accountability_of on accountability (segment_code, month);
