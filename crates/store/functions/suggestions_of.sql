-- The open cases that may be the same problem as this one, while nobody has decided. `waits_here`: this case is the one
-- that was opened although it was like the other. A suggestion dies by itself when either case closes; a case that was
-- merged stands as the one that holds its reports.
create or replace function suggestions_of(p_case_id bigint)
returns table (other_id bigint, judged jsonb, waits_here boolean) language sql stable as $$
    with recursive own (case_id) as (
        select case_id from cases where case_id = p_case_id and takes_reports
        union all
        select c.case_id from own join cases c on c.merged_into = own.case_id
    ), pairs (other_id, judged, waits_here) as (
        select holder_of(s.other_id), s.judged, true from own join suggestion s using (case_id)
        where own.case_id = p_case_id and s.decision is null
        union all
        select w.case_id, s.judged, false
        from own join suggestion s on s.other_id = own.case_id join cases w on w.case_id = s.case_id
        where s.decision is null and w.takes_reports
    )
    select distinct on (p.other_id) p.other_id, p.judged, p.waits_here from pairs p
    where p.other_id <> p_case_id and not exists (
        select from suggestion apart where apart.decision = 'keptApart'
          and (apart.case_id = p_case_id and holder_of(apart.other_id) = p.other_id
               or apart.case_id = p.other_id and holder_of(apart.other_id) = p_case_id))
    order by p.other_id, p.waits_here desc, (p.judged ->> 'score')::double precision desc
$$;
