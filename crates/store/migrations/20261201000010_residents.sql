-- A resident's account: a pseudonym, with what proves to be them in a table of its own.
create table resident (
    resident_id uuid primary key,
    created_at timestamptz not null
);

create table resident_identity (
    kind text not null,
    value_index bytea not null,
    resident_id uuid not null references resident on delete cascade,
    key_id text not null,
    sealed bytea not null,
    verified_at timestamptz not null,
    primary key (kind, value_index)
);
create index resident_identity_resident on resident_identity (resident_id);
comment on table resident_identity is 'who a resident is: verified, one row a phone or an account elsewhere';
comment on column resident_identity.value_index is 'keyed hash for exact search; no phone can be read from it';
comment on column resident_identity.sealed is 'the value, encrypted with the key of key_id, bound to the resident';

-- Which reports are whose. A link alone, so that it can be forgotten while report and log stay as they are: the pseudonym
-- of a report is its own and says nothing of the account.
create table resident_report (
    report_id uuid primary key references report,
    resident_id uuid not null constraint resident_report_owner references resident on delete cascade,
    received_at timestamptz not null,
    linked_at timestamptz not null,
    linked_by text not null check (linked_by in ('signedIn', 'verifiedContact'))
);
create index resident_report_newest on resident_report (resident_id, received_at desc, report_id desc);
comment on column resident_report.received_at is 'as in report, for the order of the list';
comment on column resident_report.linked_by is 'signedIn: sent with the account; verifiedContact: sent earlier with a phone that was verified later';
