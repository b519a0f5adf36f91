create table staff_account (
    staff_id uuid primary key,
    username text not null constraint staff_username unique check (username = lower(username)),
    display_name text not null,
    password_hash text not null,
    totp_key_id text,
    totp_sealed bytea,
    disabled_at timestamptz,
    failed_attempts integer not null default 0,
    locked_until timestamptz,
    created_at timestamptz not null
);
comment on column staff_account.password_hash is 'Argon2id, PHC string';
comment on column staff_account.totp_sealed is 'TOTP secret, encrypted; null: no second factor enrolled';

create table staff_grant (
    staff_id uuid not null references staff_account on delete cascade,
    role text not null,
    level text not null,
    area text not null,
    primary key (staff_id, role, level, area)
);

-- Refresh tokens rotate: each is used once, and a second use revokes the whole family.
create table refresh_token (
    token_hash bytea primary key,
    family uuid not null,
    staff_id uuid not null references staff_account on delete cascade,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz
);
create index refresh_token_family on refresh_token (family);
