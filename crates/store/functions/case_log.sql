-- The words of a line with their lengths, as jiekou_core::case::chain::Words hashes them behind the salt.
create or replace function case_log_personal(l case_log) returns text language plpgsql stable as $$
begin
    return concat_ws(chr(31), coalesce(octet_length(l.reason) || ':' || l.reason, '-'),
        coalesce(octet_length(l.note) || ':' || l.note, '-'),
        coalesce(octet_length(l.detail::text) || ':' || l.detail::text, '-'));
end
$$;

-- What the hash of a line covers beside the line before, in the order of jiekou_core::case::chain.
-- In plpgsql, which keeps its plan: a SQL function that cannot be inlined is planned anew at each call.
create or replace function case_log_words(l case_log) returns text language plpgsql stable as $$
begin
    if l.format = 1 then
        return array_to_string(array[
            l.seq::text, (extract(epoch from l.at) * 1000000)::bigint::text, l.act, l.actor_kind, coalesce(l.actor::text, ''),
            coalesce(l.from_state, ''), coalesce(l.to_state, ''), coalesce(l.reason, ''), coalesce(l.note, ''),
            coalesce(l.detail::text, ''), coalesce(l.report_id::text, '')
        ], chr(31));
    end if;
    return array_to_string(array[
        l.format::text, l.seq::text, (extract(epoch from l.at) * 1000000)::bigint::text, l.act, l.actor_kind,
        coalesce(l.actor::text, ''), coalesce(l.from_state, ''), coalesce(l.to_state, ''),
        coalesce(encode(l.words_hash, 'hex'), ''), coalesce(l.report_id::text, '')
    ], chr(31));
end
$$;

-- Appends a line to a case whose row the caller has locked (or just inserts). Returns the new line's id; the caller
-- gets the new head by reading it back, for the case row is updated here.
create or replace function append_case_log(
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
    l.report_id := p_report; l.format := 2;
    if num_nonnulls(p_reason, p_note, p_detail) > 0 then
        l.salt := uuid_send(gen_random_uuid());
        l.words_hash := sha256(l.salt || convert_to(case_log_personal(l), 'UTF8'));
    end if;
    l.hash := sha256(head || convert_to(case_log_words(l), 'UTF8'));
    insert into case_log (case_id, seq, at, act, actor_kind, actor, from_state, to_state, reason, note, detail, report_id,
        format, salt, words_hash, hash)
    values (l.case_id, l.seq, l.at, l.act, l.actor_kind, l.actor, l.from_state, l.to_state, l.reason, l.note, l.detail,
        l.report_id, l.format, l.salt, l.words_hash, l.hash)
    returning log_id into l.log_id;
    update cases set log_seq = l.seq, log_head = l.hash, version = version + 1, changed_at = p_at where case_id = p_case;
    return l.log_id;
end
$$;

-- The first line of a case that is not what was written; null when the chain is whole. `jiekou-api audit verify` asks
-- jiekou_core::case::chain, which also knows of lines cut off and of erasures that nobody logged.
create or replace function case_log_break(p_case bigint) returns integer language sql stable as $$
    select min(seq) from (
        select l.seq, l.hash, l.format, l.erased_at,
               sha256(coalesce(lag(l.hash) over (order by l.seq), ''::bytea) || convert_to(case_log_words(l), 'UTF8')) as due,
               l.words_hash is not null and l.erased_at is null
               and l.words_hash is distinct from sha256(l.salt || convert_to(case_log_personal(l), 'UTF8')) as other_words
        from case_log l where l.case_id = p_case
    ) chain where (hash is distinct from due and not (format = 1 and erased_at is not null)) or other_words
$$;

-- Erases the words of lines of a case whose row the caller has locked: all of them, or those about some reports. Leaves a
-- line that says why and names what was erased, also where there was nothing.
create or replace function erase_log_words(p_case bigint, p_reports uuid[], p_reason text, p_now timestamptz)
returns bigint language plpgsql as $$
declare
    lines integer[];
begin
    with erased as (
        update case_log set reason = null, note = null, detail = null, salt = null, erased_at = p_now
        where case_id = p_case and (p_reports is null or report_id = any (p_reports)) and act <> 'erased' and erased_at is null
          and num_nonnulls(reason, note, detail) > 0
        returning seq
    ) select array_agg(seq order by seq) into lines from erased;
    return append_case_log(p_case, p_now, 'erased', 'system', null, null, null, p_reason, null,
        jsonb_build_object('lines', coalesce(lines, '{}')), null);
end
$$;
