-- The chain of a log covers a salted hash of what people wrote, so that the words can be erased and the chain still
-- holds. Lines of before stay as they are and verifiable: their format says what their hash covers.
alter table case_log
    add column format smallint not null default 1,
    add column salt bytea,
    add column words_hash bytea,
    add column erased_at timestamptz;
comment on column case_log.format is '1: the hash covers the words; 2: it covers words_hash';
comment on column case_log.salt is 'lies beside the words and is erased with them';
comment on column case_log.words_hash is 'SHA-256 of salt, reason, note and detail; null where the line has no words';
comment on column case_log.erased_at is 'the words were erased; a later line of the case names this one';

-- The log is append-only, but for an erasure: it takes the words and their salt and changes nothing else.
create or replace function refuse_log_change() returns trigger language plpgsql as $$
declare
    erasable constant text[] := array['reason', 'note', 'detail', 'salt', 'erased_at'];
begin
    if tg_op = 'UPDATE' and old.erased_at is null and new.erased_at is not null and old.act <> 'erased'
        and new.reason is null and new.note is null and new.detail is null and new.salt is null
        and to_jsonb(new) - erasable = to_jsonb(old) - erasable then
        return new;
    end if;
    raise exception 'case_log is append-only';
end
$$;
