-- The case that a case was merged into in the end, open or not; itself when it is not merged.
create or replace function last_of_chain(p_case_id bigint) returns bigint language sql stable as $$
    with recursive chain (case_id, merged_into) as (
        select case_id, merged_into from cases where case_id = p_case_id
        union all
        select c.case_id, c.merged_into from chain join cases c on c.case_id = chain.merged_into
    ) select case_id from chain where merged_into is null
$$;
