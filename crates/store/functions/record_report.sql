-- The one arbiter of duplicates, and the only writer of reports: one statement, one round trip, one commit. Its types
-- are in the migrations; the function itself is replaced by every `migrate`, so that this file is always what is in force.
--
-- It takes transaction-level locks on every cell within the report's reach, in sorted order, and looks for open cases
-- there that the judge has not seen. Is there one, it writes nothing and returns it ('judgeAgain'). Of two reports of
-- one problem the second therefore always sees the first, whatever process, town or cell each came from, and whether
-- or not anybody sees Redis.
--
-- Rows are locked in the order of every other writer: cells, case, report, photo.
create or replace function record_report(
    p_now timestamptz, p_district text, p_report new_report, p_join bigint, p_case new_case, p_reach reach,
    p_contact sealed_contact, p_idempotent idempotent
) returns table (verdict text, facts jsonb, key_id text, sealed bytea, case_id bigint, fingerprint bytea)
language plpgsql set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    due jsonb;
    saved idempotency;
    c cases;
    l case_log;
    receipt bigint;
    bad uuid;
    line bigint;
    holder bigint;
begin
    if (p_idempotent).key is not null then
        perform pg_advisory_xact_lock(1, hashtext((p_idempotent).channel || '/' || (p_idempotent).principal || '/' || (p_idempotent).key));
        select * into saved from idempotency i
            where i.channel = (p_idempotent).channel and i.principal = (p_idempotent).principal and i.key = (p_idempotent).key;
        if found then
            if saved.body_hash <> (p_idempotent).body_hash then
                return query select 'keyReused', null::jsonb, null::text, null::bytea, null::bigint, null::bytea;
            else
                return query select 'replayed', saved.facts, saved.key_id, saved.sealed, null::bigint, null::bytea;
            end if;
            return;
        end if;
    end if;

    -- A join needs the cells only where it gives a place to a case without one: from then on others must meet it there.
    if p_join is null or (p_report).located is not null then
        perform pg_advisory_xact_lock(lock_key) from unnest((p_reach).locks) lock_key;
    end if;
    if p_join is null then
        -- Mostly the judge has seen all there is, and one look at the index tells: whoever is not there at all is not
        -- among the nearest either.
        if (p_reach).component_id is not null or unseen_within(p_reach) then
            return query select 'judgeAgain', null::jsonb, null::text, null::bytea, o.case_id, o.fingerprint
                from open_candidates(p_now, p_reach, (p_reach).nearest) o;
            if found then
                return;
            end if;
        end if;
    else
        -- A merged case stands for the one that holds its reports. Whoever takes the merge back locks that one too, so
        -- what is read again under its lock stays true.
        holder := holder_of(p_join);
        select * into c from cases where cases.case_id = holder for update;
        if not found or not c.takes_reports or holder_of(p_join) is distinct from holder then
            return query select 'gone', null::jsonb, null::text, null::bytea, p_join, null::bytea;
            return;
        end if;
    end if;

    if cardinality((p_report).photo_ids) > 0 then
        bad := taken_photo((p_report).photo_ids);
        if bad is not null then
            return query select 'photoTaken', jsonb_build_object('photoId', bad), null::text, null::bytea, null::bigint, null::bytea;
            return;
        end if;
    end if;

    receipt := nextval(('receipt_' || p_district)::regclass);
    if p_join is null then
        c.case_id := (p_case).case_id;
        l.case_id := c.case_id; l.seq := 1; l.at := p_now; l.act := 'received'; l.actor_kind := 'reporter';
        l.actor := (p_report).pseudonym; l.to_state := (p_case).state; l.report_id := (p_report).report_id;
        l.format := 2;
        l.hash := sha256(convert_to(case_log_words(l), 'UTF8'));
        insert into cases (case_id, case_number, district_code, center_code, segment_code, category, family, state,
            urgency, alarmed, place_unknown, confirm_new, longitude, latitude, cell, address, component_id, fingerprint,
            takes_reports, recognised_until, report_count, version, due_at, due_kind, due_rule, routing,
            rulebook_version_id, opened_at, changed_at, log_seq, log_head, words, runs_in, lead_code, enforcement_code,
            community_code, grid_code)
        values (c.case_id, (p_case).case_number, p_district, (p_case).center_code, (p_case).segment_code,
            (p_report).category, (p_case).family, (p_case).state,
            case when (p_report).urgent then 'urgent' else 'normal' end, (p_report).alarmed, (p_case).place_unknown,
            (p_report).confirm_new, (p_case).longitude, (p_case).latitude, (p_case).cell, (p_case).address,
            (p_case).component_id, (p_case).fingerprint, true, (p_case).recognised_until, 1, 1, (p_case).due_at,
            (p_case).due_kind, (p_case).due_rule, (p_case).routing, (p_case).rulebook_version_id, p_now, p_now, 1, l.hash, (p_case).words,
            (p_case).runs_in, (p_case).lead_code, (p_case).enforcement_code, (p_case).community_code, (p_case).grid_code);
        c.case_number := (p_case).case_number; c.state := (p_case).state; c.category := (p_report).category;
        c.center_code := (p_case).center_code; c.segment_code := (p_case).segment_code;
        c.due_at := (p_case).due_at; c.due_kind := (p_case).due_kind;
        -- As start_clocks does, without asking for earlier ones.
        insert into case_clock (case_id, n, kind, rule, allowance, started_at, warn_at, due_at)
        select c.case_id, k.position::int, k.clock ->> 'kind', k.clock ->> 'rule', k.clock -> 'allowance',
            (k.clock ->> 'startedAt')::timestamptz, (k.clock ->> 'warnAt')::timestamptz, (k.clock ->> 'dueAt')::timestamptz
        from jsonb_array_elements((p_case).clocks) with ordinality k (clock, position);
        insert into case_log (case_id, seq, at, act, actor_kind, actor, to_state, report_id, format, hash)
        values (l.case_id, l.seq, l.at, l.act, l.actor_kind, l.actor, l.to_state, l.report_id, l.format, l.hash)
        returning log_id into line;
    else
        -- A join raises the case to the highest urgency reported and shortens its clock; it never lowers or delays.
        if (p_report).urgent then
            due := (p_report).hastened -> c.state;
            if (due ->> 'dueAt')::timestamptz >= c.due_at then
                due := null;
            end if;
            if due is not null then
                perform start_clocks(holder, jsonb_build_array(due), null);
            end if;
        end if;
        update cases set report_count = report_count + 1,
            urgency = case when (p_report).urgent then 'urgent' else urgency end,
            alarmed = alarmed or (p_report).alarmed,
            due_at = coalesce((due ->> 'dueAt')::timestamptz, due_at), due_kind = coalesce(due ->> 'kind', due_kind),
            due_rule = coalesce(due ->> 'rule', due_rule)
            where cases.case_id = holder returning * into c;
        if (p_report).located is not null then
            c := locate_case(holder, p_now, p_case, (p_report).located);
        end if;
        line := append_case_log(holder, p_now, 'joined', 'reporter', (p_report).pseudonym, null, null, null, null,
            (p_report).judgement, (p_report).report_id);
    end if;

    insert into report (report_id, tracking_code, claim_hash, receipt_number, district_code, case_id, since_log,
        pseudonym, channel, filed_by, outcome, category, description, place, attributes, occurred_at, anonymous,
        confirm_new, judgement, urgent, alarmed, received_at, collected, origin, exposure, found_by)
    values ((p_report).report_id, (p_report).tracking_code, (p_report).claim_hash, receipt, p_district, c.case_id, line,
        (p_report).pseudonym, (p_report).channel, (p_report).filed_by,
        case when p_join is null then 'new' else 'joined' end, (p_report).category, (p_report).description,
        (p_report).place, (p_report).attributes, (p_report).occurred_at, (p_report).anonymous, (p_report).confirm_new,
        (p_report).judgement, (p_report).urgent, (p_report).alarmed, p_now, coalesce((p_report).collected, false),
        (p_report).origin, (p_report).exposure, (p_report).found_by);
    if cardinality((p_report).photo_ids) > 0 then
        update photo set report_id = (p_report).report_id, attached_at = p_now where photo_id = any ((p_report).photo_ids);
        insert into job (kind, payload, created_at, run_at)
        values ('checkPhotos', jsonb_build_object('reportId', (p_report).report_id), p_now, p_now);
    end if;
    if cardinality((p_report).media_urls) > 0 then
        insert into job (kind, payload, created_at, run_at)
        select 'fetchMedia', jsonb_build_object('reportId', (p_report).report_id, 'url', url), p_now, p_now
        from unnest((p_report).media_urls) url;
    end if;
    if (p_contact).sealed is not null then
        insert into reporter_contact (pseudonym, key_id, sealed, phone_index, email_index, created_at)
        values ((p_report).pseudonym, (p_contact).key_id, (p_contact).sealed, (p_contact).phone_index,
            (p_contact).email_index, p_now);
    end if;
    insert into job (kind, payload, created_at, run_at)
    values ('announce', jsonb_build_object('logId', line, 'caseId', c.case_id), p_now, p_now);
    -- What it may be the same as waits for its center's word.
    if p_join is null and (p_report).judgement is not null then
        insert into suggestion (case_id, other_id, judged, suggested_at)
        select c.case_id, (judged ->> 'caseId')::bigint, judged, p_now
        from jsonb_array_elements((p_report).judgement -> 'matches') judged on conflict do nothing;
    end if;
    if (p_report).alarmed then
        update cases set decision_version = decision_version + 1 where cases.case_id = c.case_id;
        line := append_case_log(c.case_id, p_now, 'alarmed', 'system', null, null, null, null, null, null, (p_report).report_id);
        insert into job (kind, payload, created_at, run_at)
        values ('alarmCenter', jsonb_build_object('logId', line, 'caseId', c.case_id), p_now, p_now);
    end if;
    facts := jsonb_build_object(
        'outcome', case when p_join is null then 'new' else 'joined' end, 'receiptNumber', receipt,
        'caseId', c.case_id, 'caseNumber', c.case_number, 'state', c.state, 'category', c.category,
        'centerCode', c.center_code, 'segmentCode', c.segment_code, 'dueAt', c.due_at, 'dueKind', c.due_kind,
        'reportId', (p_report).report_id, 'trackingCode', (p_report).tracking_code);
    if (p_idempotent).key is not null then
        insert into idempotency (channel, principal, key, body_hash, facts, key_id, sealed, created_at)
        values ((p_idempotent).channel, (p_idempotent).principal, (p_idempotent).key, (p_idempotent).body_hash, facts,
            (p_idempotent).key_id, (p_idempotent).sealed, p_now);
    end if;
    return query select 'recorded', facts, null::text, null::bytea, c.case_id, null::bytea;
end
$$;
