create table report (
    report_id uuid primary key,
    tracking_code text not null constraint report_tracking_code unique,
    claim_hash bytea not null constraint report_claim_hash unique,
    receipt_number bigint not null,
    district_code text not null,
    case_id bigint not null references cases,
    since_log bigint not null,
    pseudonym uuid not null,
    channel text not null,
    filed_by uuid,
    outcome text not null check (outcome in ('new', 'joined')),
    category text not null,
    description text not null,
    place jsonb not null,
    attributes jsonb,
    occurred_at timestamptz,
    anonymous boolean not null,
    confirm_new boolean not null,
    urge_count integer not null default 0,
    judgement jsonb,
    version bigint not null default 1,
    received_at timestamptz not null,
    constraint report_receipt unique (district_code, receipt_number)
);
comment on table report is 'What one person said once on one channel. Its words never change';
comment on column report.claim_hash is 'SHA-256 of the secret that proves authorship';
comment on column report.receipt_number is 'drawn under the case''s lock: the opener of a case has the lowest, and nothing else decides who was first';
comment on column report.since_log is 'the report follows its case from this log line on';
comment on column report.pseudonym is 'stands for the person everywhere outside reporter_contact';
comment on column report.place is 'as declared and as converted, with accuracy, address, component and segment';
comment on column report.judgement is 'why it joined, or what it was like: score and reasons';
comment on column report.version is 'counts what its author can see change, deliveries included';
create index report_case on report (case_id);
create index report_pseudonym on report (pseudonym);

-- Cases a report followed before a merge or un-merge moved it, each for an interval of log lines.
create table past_follow (
    report_id uuid not null references report,
    case_id bigint not null references cases,
    since_log bigint not null,
    until_log bigint not null,
    primary key (report_id, case_id, since_log)
);

-- Words and photos a reporter added later, also the answer to a question of the center.
create table addition (
    addition_id uuid primary key,
    report_id uuid not null references report,
    received_at timestamptz not null,
    words text,
    answers_question boolean not null
);
create index addition_report on addition (report_id);

-- The only place that knows who a reporter is. Everything else refers to the pseudonym.
create table reporter_contact (
    pseudonym uuid primary key,
    key_id text not null,
    sealed bytea not null,
    phone_index bytea,
    email_index bytea,
    created_at timestamptz not null
);
comment on column reporter_contact.sealed is 'name, phone and e-mail, encrypted with the key of key_id, bound to the pseudonym';
comment on column reporter_contact.phone_index is 'keyed hash for exact search; no phone can be read from it';
create index reporter_contact_phone on reporter_contact (phone_index) where phone_index is not null;

-- One mechanism against replays for every channel: the same key and body get the same answer, another body a refusal.
create table idempotency (
    channel text not null,
    principal text not null,
    key text not null,
    body_hash bytea not null,
    facts jsonb not null,
    key_id text,
    sealed bytea,
    created_at timestamptz not null,
    primary key (channel, principal, key)
);
comment on column idempotency.sealed is 'the part of the answer only the caller may see, encrypted; erased after 72 hours';
create index idempotency_sealed on idempotency (created_at) where sealed is not null;
