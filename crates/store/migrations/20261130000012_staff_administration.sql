-- Accounts are made by administrators and taken over by whoever they are for, with a code that is good once.
alter table staff_account add column created_by uuid references staff_account;

create table staff_invitation (
    invitation_id uuid primary key,
    staff_id uuid not null references staff_account on delete cascade,
    code_hash bytea not null constraint staff_invitation_code unique,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz
);
create unique index staff_invitation_open on staff_invitation (staff_id) where ended_at is null;
comment on column staff_invitation.ended_at is 'accepted, or replaced by a newer one';

-- What administrators did to accounts, and what people did to their own. Appended to and never changed.
create table staff_log (
    log_id bigint generated always as identity primary key,
    at timestamptz not null,
    actor uuid references staff_account,
    subject uuid not null references staff_account,
    act text not null,
    reason text,
    detail jsonb,
    areas text[] not null
);
create index staff_log_subject on staff_log (subject, log_id);
comment on column staff_log.actor is 'null: the command line';
comment on column staff_log.areas is 'areas of the subject''s grants before and after: whose administrators read it';

create function refuse_staff_log_change() returns trigger language plpgsql as $$
begin
    raise exception 'staff_log is append-only' using errcode = 'integrity_constraint_violation';
end $$;
create trigger staff_log_append_only before update or delete on staff_log
    for each row execute function refuse_staff_log_change();
create trigger staff_log_no_truncate before truncate on staff_log
    for each statement execute function refuse_staff_log_change();

-- A message to one person about their account. Ends visibly, as a delivery does; what it says is gone then.
create table account_message (
    message_id uuid primary key,
    channel text not null check (channel in ('email', 'sms')),
    kind text not null,
    staff_id uuid references staff_account on delete cascade,
    key_id text,
    sealed bytea,
    state text not null check (state in ('created', 'sending', 'delivered', 'refused', 'dead')),
    attempts integer not null default 0,
    next_at timestamptz not null,
    lease_token uuid,
    reason text,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    final_at timestamptz,
    check ((sealed is null) = (final_at is not null))
);
create index account_message_due on account_message (next_at) where state in ('created', 'sending');
create index account_message_staff on account_message (staff_id, created_at) where staff_id is not null;
comment on column account_message.sealed is 'address and words, encrypted; null once it has ended';
comment on column account_message.expires_at is 'what it says is of no use later: it is not sent any more';
