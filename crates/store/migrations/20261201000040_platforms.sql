-- Systems of others that send reports, or are told what becomes of cases.
create table platform (
    platform_id uuid primary key,
    name text not null,
    level text not null,
    area text not null,
    acts_for uuid references staff_account,
    created_at timestamptz not null,
    created_by uuid not null references staff_account,
    disabled_at timestamptz
);
comment on column platform.area is 'whose administrators manage it; reports may be about anywhere';
comment on column platform.acts_for is 'account on whose behalf it files findings: its roles and area decide';

create table api_key (
    key_id uuid primary key,
    platform_id uuid not null references platform,
    prefix text not null,
    key_hash bytea not null constraint api_key_hash unique,
    scopes text[] not null,
    per_minute integer not null check (per_minute > 0),
    per_day integer not null check (per_day > 0),
    created_at timestamptz not null,
    created_by uuid not null references staff_account,
    ends_at timestamptz,
    last_used_at timestamptz,
    minute timestamptz,
    used_in_minute integer not null default 0,
    day date,
    used_in_day integer not null default 0
);
create index api_key_platform on api_key (platform_id);
comment on column api_key.prefix is 'the part that people recognise the key by';
comment on column api_key.key_hash is 'SHA-256 of a key of 128 random bits, which is shown once';
comment on column api_key.ends_at is 'good until then; null: until somebody ends it';
comment on column api_key.used_in_minute is 'uses within the minute of the clock in minute; what was refused does not count';
