-- Questions, suggestions, praise and notices: kept and answered, never made into cases.
create table enquiry (
    enquiry_id uuid primary key,
    tracking_code text not null constraint enquiry_code unique,
    kind text not null check (kind in ('question', 'suggestion', 'praise', 'proposal', 'stability')),
    channel text not null,
    filed_by uuid,
    pseudonym uuid not null,
    words text not null,
    center_code text not null,
    secret boolean not null,
    state text not null check (state in ('open', 'answered', 'withdrawn')),
    urge_count integer not null default 0,
    answer text,
    answered_by uuid,
    answered_at timestamptz,
    received_at timestamptz not null,
    check ((state = 'answered') <= (answer is not null))
);
comment on table enquiry is 'What people say that is no problem of the street. Its words never change';
comment on column enquiry.pseudonym is 'as of a report: the person is known to reporter_contact alone';
create index enquiry_list on enquiry (state, received_at desc, enquiry_id);

-- What was said of an enquiry later: additions and urges.
create table enquiry_line (
    enquiry_id uuid not null references enquiry,
    n integer not null,
    at timestamptz not null,
    act text not null check (act in ('added', 'urged', 'withdrawn', 'answered', 'calledBack')),
    words text,
    primary key (enquiry_id, n)
);

-- An order of a hotline's platform. It may be known by its number alone: an urge can come before the order itself.
create table hotline_order (
    partner text not null,
    order_no text not null,
    order_type text,
    report_id uuid references report,
    enquiry_id uuid references enquiry,
    city_order_no text,
    source text,
    secret boolean not null default false,
    callback_allowed boolean,
    recording text,
    promised_at timestamptz,
    suggest_unit text,
    told text not null default 'sent' check (told in ('sent', 'signed', 'returned', 'finished')),
    heard_at timestamptz not null,
    heard_of timestamptz not null,
    taken_at timestamptz,
    revoked_at timestamptz,
    primary key (partner, order_no),
    check (num_nonnulls(report_id, enquiry_id) <= 1)
);
comment on column hotline_order.secret is '保密: whoever called is named to nobody';
comment on column hotline_order.callback_allowed is 'null: nobody asked the caller';
comment on column hotline_order.told is 'how the order stands with its platform, once it has heard all that we say';
comment on column hotline_order.heard_at is 'moment of the platform''s newest message about it, by the platform''s clock';
comment on column hotline_order.heard_of is 'when the first message about it came, by our clock';
create index hotline_order_report on hotline_order (report_id) where report_id is not null;
create index hotline_order_enquiry on hotline_order (enquiry_id) where enquiry_id is not null;
create index hotline_order_heard on hotline_order (partner, heard_at);

-- What platforms send, each message once.
create table hotline_message (
    partner text not null,
    request_id text not null,
    order_no text not null,
    operation text not null,
    body_hash bytea not null,
    key_id text not null,
    sealed bytea not null,
    sent_at timestamptz not null,
    received_at timestamptz not null,
    applied_at timestamptz,
    outcome text,
    primary key (partner, request_id),
    foreign key (partner, order_no) references hotline_order
);
comment on column hotline_message.sealed is 'the fields as they came, with names and numbers of people, encrypted and bound to the request id';
comment on column hotline_message.outcome is 'what became of it; null until it was applied';
create index hotline_message_order on hotline_message (partner, order_no, sent_at);

create table hotline_nonce (
    partner text not null,
    nonce text not null,
    request_id text not null,
    seen_at timestamptz not null,
    primary key (partner, nonce)
);
create index hotline_nonce_seen on hotline_nonce (seen_at);

-- What platforms are told, each until it ends visibly.
create table hotline_call (
    call_id uuid primary key,
    partner text not null,
    order_no text not null,
    operation text not null,
    body jsonb not null,
    log_id bigint,
    again_of uuid references hotline_call,
    state text not null check (state in ('created', 'sending', 'delivered', 'refused', 'dead')),
    attempts integer not null default 0,
    next_at timestamptz not null,
    lease_token uuid,
    reason text,
    created_at timestamptz not null,
    final_at timestamptz,
    foreign key (partner, order_no) references hotline_order
);
comment on column hotline_call.call_id is 'also its request id, the same however often it is tried';
comment on column hotline_call.body is 'under our names for the fields; numbers and words of steps, nothing of any person';
comment on column hotline_call.again_of is 'sent once more because the platform''s list did not show it';
create unique index hotline_call_once on hotline_call (partner, order_no, log_id, operation) where log_id is not null;
create index hotline_call_due on hotline_call (next_at) where state in ('created', 'sending');
create index hotline_call_order on hotline_call (partner, order_no, created_at);

-- How the channels are: those of hotlines, and the door that everybody uses.
create table channel_contact (
    channel text primary key,
    checked_at timestamptz not null,
    answered_at timestamptz,
    failing_since timestamptz,
    reason text,
    alarmed_at timestamptz
);
comment on column channel_contact.failing_since is 'first failure since it last answered';
comment on column channel_contact.alarmed_at is 'when the outage was told; null: it was not, or is over';

create table hotline_reconciliation (
    run_id uuid primary key,
    partner text not null,
    span_from timestamptz not null,
    span_to timestamptz not null,
    began_at timestamptz not null,
    ended_at timestamptz not null,
    compared integer not null,
    found jsonb not null,
    remaining jsonb not null,
    failure text
);
comment on column hotline_reconciliation.found is 'each difference with what was done about it';
comment on column hotline_reconciliation.remaining is 'what still differed after that; empty when both sides agree';
create index hotline_reconciliation_list on hotline_reconciliation (partner, began_at desc);
