-- Whose key this is, and counts its use. No row: there is no such key, or it has ended, or its platform is disabled. What is
-- refused does not count. A cost beyond a whole quota is let through when nothing else was used.
create or replace function use_api_key(p_hash bytea, p_scope text, p_cost integer, p_now timestamptz)
returns table (verdict text, retry_seconds integer, key_id uuid, platform_id uuid, name text, acts_for uuid)
language plpgsql as $$
#variable_conflict use_column
declare
    k api_key;
    p platform;
    this_minute timestamptz := date_trunc('minute', p_now);
    today date := (p_now at time zone 'Asia/Shanghai')::date;
    in_minute integer;
    in_day integer;
    wait interval;
begin
    select * into k from api_key where api_key.key_hash = p_hash for update;
    if not found or k.ends_at <= p_now then
        return;
    end if;
    select * into p from platform where platform.platform_id = k.platform_id;
    if p.disabled_at is not null then
        return;
    end if;
    if p_scope is not null and not p_scope = any (k.scopes) then
        return query select 'scope', null::integer, k.key_id, k.platform_id, p.name, p.acts_for;
        return;
    end if;
    in_minute := case when k.minute = this_minute then k.used_in_minute else 0 end;
    in_day := case when k.day = today then k.used_in_day else 0 end;
    if in_day > 0 and in_day + p_cost > k.per_day then
        wait := (((today + 1)::timestamp) at time zone 'Asia/Shanghai') - p_now;
    elsif in_minute > 0 and in_minute + p_cost > k.per_minute then
        wait := this_minute + interval '1 minute' - p_now;
    end if;
    if wait is not null then
        return query select 'quota', greatest(1, ceil(extract(epoch from wait)))::integer, k.key_id, k.platform_id, p.name,
            p.acts_for;
        return;
    end if;
    update api_key set minute = this_minute, used_in_minute = in_minute + p_cost, day = today, used_in_day = in_day + p_cost,
        last_used_at = p_now where api_key.key_id = k.key_id;
    return query select 'good', null::integer, k.key_id, k.platform_id, p.name, p.acts_for;
end
$$;
