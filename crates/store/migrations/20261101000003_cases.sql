-- Serials are handed out in blocks of 64, so that a number costs a process no round trip.
create sequence case_serial increment by 64;

create table cases (
    case_id bigint primary key,
    case_number text not null constraint case_number unique,
    district_code text not null,
    center_code text not null,
    segment_code text,
    category text not null,
    family text not null,
    state text not null,
    before_merge text,
    urgency text not null check (urgency in ('normal', 'urgent')),
    alarmed boolean not null default false,
    place_unknown boolean not null,
    confirm_new boolean not null,
    question text,
    assignee text,
    returns integer not null default 0,
    longitude double precision,
    latitude double precision,
    cell bigint,
    address text,
    component_id text,
    fingerprint bytea not null,
    takes_reports boolean not null,
    recognised_until timestamptz,
    report_count integer not null,
    urge_count integer not null default 0,
    version bigint not null,
    dispatched_at timestamptz,
    due_at timestamptz,
    due_kind text,
    due_rule text,
    routing jsonb not null,
    rulebook_version_id bigint not null references rulebook_version,
    merged_into bigint references cases,
    opened_at timestamptz not null,
    changed_at timestamptz not null,
    log_seq integer not null,
    log_head bytea not null
);
comment on table cases is 'A problem in the world, opened by one report and joined by others';
comment on column cases.before_merge is 'the state an un-merge gives back';
comment on column cases.cell is 'grid cell of the point; the arbiter locks by cell';
comment on column cases.fingerprint is 'what the judge compares; the same bytes as in Redis';
comment on column cases.takes_reports is 'whether new reports of the problem join; false once closed, merged, rejected or void';
comment on column cases.recognised_until is 'end of the family''s window; null: until closed';
comment on column cases.dispatched_at is 'start of the handling clock';
comment on column cases.version is 'counts changes; the ETag of the case';
comment on column cases.routing is 'the trace: why it went to this center';
comment on column cases.log_head is 'hash of the newest log line';
create index cases_cell on cases (cell, family) where takes_reports;
create index cases_component on cases (component_id) where takes_reports and component_id is not null;
create index cases_inbox on cases (center_code, case_id);
create index cases_merged on cases (merged_into) where merged_into is not null;

-- Append-only and chained by hash: see append_case_log.
create table case_log (
    log_id bigint generated always as identity primary key,
    case_id bigint not null references cases,
    seq integer not null,
    at timestamptz not null,
    act text not null,
    actor_kind text not null check (actor_kind in ('reporter', 'staff', 'system')),
    actor uuid,
    from_state text,
    to_state text,
    reason text,
    note text,
    detail jsonb,
    report_id uuid,
    hash bytea not null,
    constraint case_log_seq unique (case_id, seq)
);
comment on column case_log.report_id is 'set: the line concerns this report only and only its author sees it';

create function refuse_log_change() returns trigger language plpgsql as $$
begin
    raise exception 'case_log is append-only';
end
$$;
create trigger case_log_append_only before update or delete on case_log
    for each row execute function refuse_log_change();

-- The words of a line that its hash covers, in the order of jiekou_core::case::chain.
-- In plpgsql, which keeps its plan: a SQL function that cannot be inlined is planned anew at each call.
create function case_log_words(l case_log) returns text language plpgsql stable as $$
begin
    return array_to_string(array[
        l.seq::text, (extract(epoch from l.at) * 1000000)::bigint::text, l.act, l.actor_kind, coalesce(l.actor::text, ''),
        coalesce(l.from_state, ''), coalesce(l.to_state, ''), coalesce(l.reason, ''), coalesce(l.note, ''),
        coalesce(l.detail::text, ''), coalesce(l.report_id::text, '')
    ], chr(31));
end
$$;

-- Appends a line to a case whose row the caller has locked (or just inserts). Returns the new line's id; the caller
-- gets the new head by reading it back, for the case row is updated here.
create function append_case_log(
    p_case bigint, p_at timestamptz, p_act text, p_actor_kind text, p_actor uuid, p_from text, p_to text,
    p_reason text, p_note text, p_detail jsonb, p_report uuid
) returns bigint language plpgsql as $$
declare
    l case_log;
    head bytea;
begin
    select log_seq + 1, log_head into l.seq, head from cases where case_id = p_case;
    l.case_id := p_case; l.at := p_at; l.act := p_act; l.actor_kind := p_actor_kind; l.actor := p_actor;
    l.from_state := p_from; l.to_state := p_to; l.reason := p_reason; l.note := p_note; l.detail := p_detail;
    l.report_id := p_report;
    l.hash := sha256(head || convert_to(case_log_words(l), 'UTF8'));
    insert into case_log (case_id, seq, at, act, actor_kind, actor, from_state, to_state, reason, note, detail, report_id, hash)
    values (l.case_id, l.seq, l.at, l.act, l.actor_kind, l.actor, l.from_state, l.to_state, l.reason, l.note, l.detail, l.report_id, l.hash)
    returning log_id into l.log_id;
    update cases set log_seq = l.seq, log_head = l.hash, version = version + 1, changed_at = p_at where case_id = p_case;
    return l.log_id;
end
$$;

-- The first line of a case whose hash does not follow from the line before; null when the chain is whole.
create function case_log_break(p_case bigint) returns integer language sql stable as $$
    select min(seq) from (
        select l.seq, l.hash,
               sha256(coalesce(lag(l.hash) over (order by l.seq), ''::bytea) || convert_to(case_log_words(l), 'UTF8')) as due
        from case_log l where l.case_id = p_case
    ) chain where hash is distinct from due
$$;

-- A merge, kept with its reasons so that it can be undone.
create table case_merge (
    merge_id bigint generated always as identity primary key,
    from_case bigint not null references cases,
    into_case bigint not null references cases,
    report_ids uuid[] not null,
    merged_at timestamptz not null,
    merged_by uuid not null,
    reason text not null,
    undone_at timestamptz,
    undone_by uuid
);
comment on column case_merge.report_ids is 'the reports that moved with it, and move back';
create unique index case_merge_standing on case_merge (from_case) where undone_at is null;
