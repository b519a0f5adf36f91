-- 门前三包: shops, and which account of a resident is a shop's owner. How an owner can be reached lies sealed.
create table storefront (
    storefront_id uuid primary key,
    code text not null constraint storefront_code_once unique,
    name text not null,
    segment_code text not null,
    town_code text not null,
    address text,
    longitude double precision,
    latitude double precision,
    phone_key_id text,
    phone_sealed bytea,
    phone_index bytea,
    imported_at timestamptz not null,
    check ((phone_sealed is null) = (phone_index is null) and (phone_sealed is null) = (phone_key_id is null))
);
create index storefront_segment on storefront (segment_code, code);
create index storefront_phone on storefront (phone_index) where phone_index is not null;
create index storefront_key on storefront (phone_key_id) where phone_key_id is not null;
comment on column storefront.phone_index is 'keyed hash for exact search; no phone can be read from it';

-- The role shop-owner of an account, for one shop. A shop has one owner at a time.
create table storefront_binding (
    binding_id uuid primary key,
    storefront_id uuid not null references storefront,
    account uuid not null,
    by text not null check (by in ('phone', 'code')),
    bound_at timestamptz not null,
    ended_at timestamptz,
    ended_because text check (ended_because in ('unbound', 'replaced', 'phoneChanged', 'endedByStaff')),
    check ((ended_at is null) = (ended_because is null))
);
create unique index storefront_owner on storefront_binding (storefront_id) where ended_at is null;
create index storefront_binding_account on storefront_binding (account) where ended_at is null;
comment on column storefront_binding.account is 'pseudonym of a resident''s account';

-- Codes that staff hand to owners: good once, and for some days. Only the hash is stored.
create table storefront_code (
    code_hash bytea primary key,
    storefront_id uuid not null references storefront,
    made_by uuid not null references staff_account,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz
);
create unique index storefront_code_open on storefront_code (storefront_id) where ended_at is null;
comment on column storefront_code.ended_at is 'used, or replaced by a newer one';

-- What was done about a shop's owner. Appended to and never changed.
create table storefront_log (
    log_id bigint generated always as identity primary key,
    at timestamptz not null,
    storefront_id uuid not null references storefront,
    act text not null check (act in ('codeMade', 'bound', 'ended')),
    account uuid,
    staff_id uuid references staff_account,
    detail text
);
create index storefront_log_of on storefront_log (storefront_id, log_id);
create function refuse_storefront_log_change() returns trigger language plpgsql as $$
begin
    raise exception 'storefront_log is append-only' using errcode = 'integrity_constraint_violation';
end $$;
create trigger storefront_log_append_only before update or delete on storefront_log
    for each row execute function refuse_storefront_log_change();
create trigger storefront_log_no_truncate before truncate on storefront_log
    for each statement execute function refuse_storefront_log_change();
