-- Codes sent to a phone. Kept for some days after they are over: the limits are counted on them.
create table sign_in_code (
    code_id uuid primary key,
    purpose text not null,
    phone_index bytea not null,
    address_index bytea not null,
    code_hash bytea not null,
    tries integer not null default 0,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz
);
create unique index sign_in_code_open on sign_in_code (phone_index, purpose) where ended_at is null;
create index sign_in_code_phone on sign_in_code (phone_index, created_at);
create index sign_in_code_address on sign_in_code (address_index, created_at);
create index sign_in_code_age on sign_in_code (created_at);
comment on column sign_in_code.phone_index is 'keyed hash, as in resident_identity';
comment on column sign_in_code.address_index is 'keyed hash of the network that asked (/24, /64)';
comment on column sign_in_code.code_hash is 'keyed hash of the six digits and code_id';
comment on column sign_in_code.ended_at is 'used, or replaced by a newer one';
