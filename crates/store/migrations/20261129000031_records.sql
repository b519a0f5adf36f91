-- What plans want to be written down besides cases: meetings, notices, inspections, score sheets, commendations, sanctions.
-- What kinds there are says the rulebook. A record is never changed: one that is wrong is struck out, with a reason.
create table filed_record (
    record_id uuid primary key,
    n bigint generated always as identity constraint filed_record_n unique,
    kind text not null,
    about text not null,
    codes text[] not null check (cardinality(codes) > 0),
    held_on date not null,
    matter text,
    step integer,
    fields jsonb not null,
    scores jsonb not null,
    total bigint,
    attendees jsonb not null,
    seen_from text[] not null,
    is_open boolean not null,
    rulebook_version_id bigint not null references rulebook_version,
    body_hash bytea not null,
    filed_by uuid not null references staff_account,
    filed_at timestamptz not null,
    struck_at timestamptz,
    struck_by uuid references staff_account,
    struck_because text,
    check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_because is null))
);
comment on column filed_record.record_id is 'chosen by whoever files it: the same id with the same body is the same record';
comment on column filed_record.n is 'the order of filing';
comment on column filed_record.codes is 'what it is about; of people the ids of their accounts';
comment on column filed_record.held_on is 'the day it is about, which need not be the day it was filed';
comment on column filed_record.matter is 'what a ladder of sanctions is climbed in; step is how high';
comment on column filed_record.scores is 'points by item, in tenths; total is their sum';
comment on column filed_record.seen_from is 'codes of the areas whose people read it, the city, district and town around them included';
comment on column filed_record.is_open is 'all of the staff read it';
create index filed_record_kind_day on filed_record (kind, held_on);
create index filed_record_kind_n on filed_record (kind, n);
create index filed_record_filed_by on filed_record (filed_by, n);
create index filed_record_codes on filed_record using gin (codes);
create index filed_record_seen_from on filed_record using gin (seen_from);
create index filed_record_matter on filed_record (kind, matter) where matter is not null;

create function refuse_record_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.struck_at is null and new.struck_at is not null
       and (to_jsonb(new) - '{struck_at,struck_by,struck_because}'::text[])
         = (to_jsonb(old) - '{struck_at,struck_by,struck_because}'::text[]) then
        return new;
    end if;
    raise exception 'a record is struck out once and otherwise never changed';
end
$$;
create trigger filed_record_append_only before update or delete on filed_record
    for each row execute function refuse_record_change();
