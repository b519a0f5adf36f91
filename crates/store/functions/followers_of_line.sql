-- The reports that follow a case at one of its log lines, and whom they are of. A line about one report is that one's alone;
-- who took theirs back follows no longer.
create or replace function followers_of_line(p_line case_log) returns table (report_id uuid, pseudonym uuid)
language sql stable as $$
    select r.report_id, r.pseudonym from report r
    where r.case_id = p_line.case_id and r.since_log <= p_line.log_id
      and (p_line.report_id is null or r.report_id = p_line.report_id) and r.withdrawn_at is null
    union
    select r.report_id, r.pseudonym from past_follow p join report r using (report_id)
    where p.case_id = p_line.case_id and p_line.log_id between p.since_log and p.until_log
      and (p_line.report_id is null or r.report_id = p_line.report_id) and r.withdrawn_at is null
$$;
