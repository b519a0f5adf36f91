-- Looks how far the log is final: no line up to the returned one will appear any more. The caller is the only one who
-- counts (an advisory lock, so that this transaction had no number while the look before went on).
--
-- Whoever writes a line has a transaction number before the line is numbered, for the case was locked or inserted first.
-- So a transaction that drew a line up to seen_log of the look before has a number below that of this transaction; when
-- all of those are over, every such line is there or will never be. That takes three looks, and nobody waits for it.
create or replace function final_line() returns bigint language plpgsql as $$
declare
    line bigint;
begin
    update counting set
        final_log = case when next_xid < pg_snapshot_xmin(pg_current_snapshot()) then next_log else final_log end,
        next_log = case when next_xid < pg_snapshot_xmin(pg_current_snapshot()) then seen_log else next_log end,
        next_xid = case when next_xid < pg_snapshot_xmin(pg_current_snapshot()) then pg_current_xact_id() else next_xid end,
        seen_log = (select case when is_called then last_value else 0 end from case_log_log_id_seq)
    returning final_log into line;
    return line;
end
$$;
