-- A session of staff: a sign-in and all that was refreshed from it. Its id is the `family` of its refresh tokens and the
-- `sid` of its access tokens; once it has ended, neither works any more.
create table staff_session (
    session_id uuid primary key,
    staff_id uuid not null references staff_account on delete cascade,
    started_at timestamptz not null,
    last_used_at timestamptz not null,
    ended_at timestamptz,
    end_reason text,
    check ((ended_at is null) = (end_reason is null))
);
create index staff_session_open on staff_session (staff_id) where ended_at is null;
create index staff_session_ended on staff_session (ended_at) where ended_at is not null;
insert into staff_session (session_id, staff_id, started_at, last_used_at, ended_at, end_reason)
select family, staff_id, min(issued_at), max(issued_at), max(revoked_at), case when max(revoked_at) is not null then 'tokenReused' end
from refresh_token group by family, staff_id;

-- Failed sign-ins by name, whether an account has the name or not: a lock must not tell which names exist.
create table sign_in_failure (
    name_index bytea primary key,
    failures integer not null,
    failed_at timestamptz not null,
    locked_until timestamptz
);
create index sign_in_failure_age on sign_in_failure (failed_at);
comment on column sign_in_failure.name_index is 'keyed hash of the name, in lower case: people type passwords into the wrong field';
comment on column staff_account.failed_attempts is 'until the release before sign_in_failure';
comment on column staff_account.locked_until is 'until the release before sign_in_failure';

alter table staff_account add column must_change_password boolean not null default false;
