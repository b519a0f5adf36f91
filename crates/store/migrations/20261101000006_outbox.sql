-- Work that follows from a change, written in the change's own transaction.
create table job (
    job_id bigint generated always as identity primary key,
    kind text not null,
    payload jsonb not null,
    created_at timestamptz not null,
    run_at timestamptz not null,
    attempts integer not null default 0,
    lease_token uuid,
    dead_at timestamptz,
    last_error text
);
comment on column job.run_at is 'when it may be claimed: claiming moves this to the end of the lease, so a dead worker''s job comes back';
create index job_due on job (run_at) where dead_at is null;

-- One message to one person on one channel. Ends visibly: delivered, refused or dead.
create table delivery (
    delivery_id uuid primary key,
    log_id bigint not null references case_log,
    report_id uuid references report,
    center_code text,
    channel text not null,
    state text not null check (state in ('created', 'sending', 'delivered', 'refused', 'dead')),
    attempts integer not null default 0,
    next_at timestamptz not null,
    lease_token uuid,
    reason text,
    created_at timestamptz not null,
    final_at timestamptz,
    constraint delivery_once unique nulls not distinct (log_id, report_id, center_code, channel),
    check ((report_id is null) <> (center_code is null))
);
comment on column delivery.delivery_id is 'also the Message-ID, so that a second copy can be told from a second message';
comment on column delivery.next_at is 'when it may be claimed: claiming moves this to the end of the lease';
create index delivery_due on delivery (next_at) where state in ('created', 'sending');
create index delivery_report on delivery (report_id, log_id);
