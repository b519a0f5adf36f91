-- Who looked at a reporter's identity, when, for what. Appended to and never changed; the reporter reads it.
create table identity_opening (
    opening_id bigint generated always as identity primary key,
    at timestamptz not null,
    staff_id uuid not null references staff_account,
    report_id uuid not null references report,
    pseudonym uuid not null,
    case_id bigint not null references cases,
    level text not null,
    area text not null,
    reason text not null,
    words text not null
);
create index identity_opening_pseudonym on identity_opening (pseudonym, opening_id);
create index identity_opening_staff on identity_opening (staff_id, at);
comment on column identity_opening.area is 'of the role that gave the right: the office that looked';
comment on column identity_opening.words is 'why, in the words of whoever looked; for audits, not for the reporter';

-- Who searched for the reports of a phone or address. What was searched for is a keyed hash.
create table identity_search (
    search_id bigint generated always as identity primary key,
    at timestamptz not null,
    staff_id uuid not null references staff_account,
    value_index bytea not null,
    found integer not null
);
create index identity_search_staff on identity_search (staff_id, at);

create function refuse_identity_log_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
create trigger identity_opening_append_only before update or delete on identity_opening
    for each row execute function refuse_identity_log_change();
create trigger identity_opening_no_truncate before truncate on identity_opening
    for each statement execute function refuse_identity_log_change();
create trigger identity_search_append_only before update or delete on identity_search
    for each row execute function refuse_identity_log_change();
create trigger identity_search_no_truncate before truncate on identity_search
    for each statement execute function refuse_identity_log_change();

create index reporter_contact_email on reporter_contact (email_index) where email_index is not null;
-- Leads to what an old key has sealed.
create index reporter_contact_key on reporter_contact (key_id);
