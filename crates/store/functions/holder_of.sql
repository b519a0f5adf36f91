-- The case that takes the reports recognised as `p_case_id`: itself, or, after merges, the last of the chain. Null when
-- that one takes none any more.
create or replace function holder_of(p_case_id bigint) returns bigint language sql stable as $$
    with recursive chain (case_id, merged_into, takes_reports) as (
        select case_id, merged_into, takes_reports from cases where case_id = p_case_id
        union all
        select c.case_id, c.merged_into, c.takes_reports from chain join cases c on c.case_id = chain.merged_into
    ) select case_id from chain where merged_into is null and takes_reports
$$;
