-- Patrols, as whoever walked wrote them down. A row is never edited: it can be struck out with a reason, is kept then and
-- counts no more.
create table patrol (
    patrol_id uuid primary key,
    body_hash bytea not null,
    recorded_by uuid not null references staff_account,
    recorded_at timestamptz not null,
    areas text[] not null check (cardinality(areas) > 0),
    reach text[] not null,
    began_at timestamptz not null,
    ended_at timestamptz not null check (ended_at >= began_at),
    track jsonb,
    words text,
    case_numbers text[] not null,
    struck_at timestamptz,
    struck_by uuid references staff_account,
    strike_reason text,
    check (num_nonnulls(struck_at, struck_by, strike_reason) in (0, 3))
);
comment on column patrol.patrol_id is 'chosen by the client, so that what is sent twice is written down once';
comment on column patrol.body_hash is 'by which a resend is told from another patrol under the same id';
comment on column patrol.areas is 'areas and roads that were walked, as segment/CODE or road/CODE';
comment on column patrol.reach is 'those areas, the segments of those roads, and everything that they are a part of: who sees it, and what it is found by';
comment on column patrol.track is 'longitude and latitude pairs, WGS-84';
create index patrol_newest on patrol (began_at desc, patrol_id desc);
create index patrol_reach on patrol using gin (reach);

-- What a patrol counts for: somebody in a post for an area. A joint patrol has several rows.
create table patrol_part (
    patrol_id uuid not null references patrol,
    staff_id uuid not null references staff_account,
    post text not null,
    area text not null,
    day date not null,
    counts boolean not null default true,
    primary key (patrol_id, staff_id, post, area)
);
comment on column patrol_part.day is 'the day (UTC+8) that the patrol began on';
comment on column patrol_part.counts is 'false: the patrol was struck out';
create index patrol_part_day on patrol_part (post, day, area) where counts;
create index patrol_part_person on patrol_part (staff_id);

create function refuse_patrol_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.struck_at is not null
       or (old.patrol_id, old.body_hash, old.recorded_by, old.recorded_at, old.areas, old.reach, old.began_at, old.ended_at,
           old.track, old.words, old.case_numbers)
       is distinct from (new.patrol_id, new.body_hash, new.recorded_by, new.recorded_at, new.areas, new.reach, new.began_at,
           new.ended_at, new.track, new.words, new.case_numbers) then
        raise exception 'a patrol is kept as it was written down';
    end if;
    return new;
end
$$;
create trigger patrol_kept before update or delete on patrol for each row execute function refuse_patrol_change();

-- Whoever comes to a post owes its patrols from then on.
alter table staff_grant add column since timestamptz not null default now();
comment on column staff_grant.since is 'when it was given; of grants from before this was known, when it became known';
