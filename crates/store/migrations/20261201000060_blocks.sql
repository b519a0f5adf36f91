-- Somebody may send nothing for a while. Who that is stands here as a keyed hash only.
create table block (
    block_id uuid primary key,
    kind text not null check (kind in ('address', 'resident', 'phone', 'device', 'openid')),
    subject_index bytea not null,
    area text not null,
    reason text not null,
    blocked_by uuid not null references staff_account,
    blocked_at timestamptz not null,
    until timestamptz not null,
    ended_at timestamptz,
    check (until > blocked_at)
);
comment on table block is 'over at `until`, or earlier at `ended_at`; nothing has to happen for that';
comment on column block.subject_index is 'keyed hash of the kind and the network, account, phone, device or openid';
comment on column block.area is 'code of the city or district whose staff blocked';
create unique index block_running on block (kind, subject_index) where ended_at is null;
create index block_newest on block (blocked_at, block_id);

-- Whoever is blocked says why that is wrong; somebody else than who blocked answers.
create table block_appeal (
    appeal_id uuid primary key,
    block_id uuid not null references block,
    words text not null,
    appealed_at timestamptz not null,
    answered_by uuid references staff_account,
    answered_at timestamptz,
    granted boolean,
    answer text,
    check ((answered_at is null) = (granted is null))
);
create unique index block_appeal_open on block_appeal (block_id) where answered_at is null;
create index block_appeal_block on block_appeal (block_id);

-- What became of a block. Appended to and never changed.
create table block_log (
    log_id bigint generated always as identity primary key,
    block_id uuid not null references block,
    at timestamptz not null,
    actor uuid references staff_account,
    act text not null,
    words text
);
comment on column block_log.actor is 'null: whoever is blocked';
create index block_log_block on block_log (block_id, log_id);

create function refuse_block_log_change() returns trigger language plpgsql as $$
begin
    raise exception 'block_log is append-only' using errcode = 'integrity_constraint_violation';
end $$;
create trigger block_log_append_only before update or delete on block_log
    for each row execute function refuse_block_log_change();
create trigger block_log_no_truncate before truncate on block_log
    for each statement execute function refuse_block_log_change();
