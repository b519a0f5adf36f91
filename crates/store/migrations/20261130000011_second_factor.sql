-- A second factor is enrolled in two steps (a secret is shown, a code of it comes back), and each step of 30 seconds is
-- good once.
alter table staff_account
    add column totp_last_step bigint,
    add column offered_totp_key_id text,
    add column offered_totp_sealed bytea,
    add column offered_totp_at timestamptz,
    add column recovery_salt bytea;
comment on column staff_account.totp_last_step is 'the last step of 30 s a code of which was taken: none up to it is taken again';
comment on column staff_account.offered_totp_sealed is 'a secret that was shown and not confirmed yet';
comment on column staff_account.recovery_salt is 'salt of this account''s recovery codes; new ones have a new salt';

create table recovery_code (
    staff_id uuid not null references staff_account on delete cascade,
    code_hash bytea not null,
    used_at timestamptz,
    primary key (staff_id, code_hash)
);
comment on column recovery_code.code_hash is 'Argon2id with the salt of the account';
