-- The statistics of a period straight from the tables, each of which is read once: what roll-ups must be equal to, and
-- what they are measured against. $1 and $2 are the first moment of the period and the first after it; $3 is the
-- dimension. Acts that count for the unit that had the case then are left to the caller where $3 is 'unit'.
with line as (
    select case_id,
        min(at) filter (where act = 'accept') as accepted_at,
        min(at) filter (where moved and to_state in ('opened', 'dispatched', 'signed', 'returned', 'suspended', 'handled',
            'inspecting', 'rework', 'closed', 'callback', 'archived', 'reopened')) as valid_at,
        min(at) filter (where moved and to_state = 'dispatched') as dispatched_at,
        max(at) filter (where moved and to_state = 'rejected') as rejected_at,
        max(at) filter (where moved and to_state = 'voided') as voided_at,
        max(at) filter (where moved and to_state in ('closed', 'forceClosed')) as closed_at,
        bool_or(act in ('fail', 'reopen')) as again,
        max(seq) filter (where act = 'reopen') as reopened_seq,
        max(seq) filter (where act in ('handle', 'selfHandle')) as handled_seq,
        max(at) filter (where act in ('handle', 'selfHandle')) as handled_at,
        count(*) filter (where inside and act = 'return') as returned,
        count(*) filter (where inside and act = 'fail') as reworked,
        count(*) filter (where inside and act = 'extend') as extended,
        count(*) filter (where inside and act = 'suspend') as suspended,
        count(*) filter (where inside and act = 'reopen') as reopened,
        count(*) filter (where inside and act = 'escalate') as escalated,
        count(*) filter (where inside and act = 'supervise') as supervised,
        count(*) filter (where inside and act = 'hasten') as hastened
    from (select *, to_state is distinct from from_state as moved, at >= $1 and at < $2 as inside from case_log) l
    group by case_id
), clock as (
    select case_id,
        count(*) filter (where late and due_at >= $1 and due_at < $2) as breaches,
        count(*) filter (where kind = 'preVerify' and ended_by in ('confirm', 'void') and inside) as verified,
        count(*) filter (where kind = 'preVerify' and ended_by in ('confirm', 'void') and inside and not late) as verified_on_time,
        count(*) filter (where kind = 'inspect' and ended_by in ('pass', 'fail') and inside) as inspected,
        count(*) filter (where kind = 'inspect' and ended_by in ('pass', 'fail') and inside and not late) as inspected_on_time,
        (array_agg(late order by n) filter (where kind = 'accept'))[1] as accept_late,
        (array_agg(late order by n) filter (where kind = 'dispatch'))[1] as dispatch_late,
        min(due_at) filter (where counts) as due_at,
        bool_or(late) filter (where counts) as late,
        bool_or(exempted_at is not null) filter (where counts) as exempted
    from (
        select *, ended_at >= $1 and ended_at < $2 as inside,
            kind = 'handle' and case when handling then ended_at is null and paused_at is null
                else ended_at = last_handled and ended_by in ('handle', 'selfHandle', 'forceClose') end as counts
        from (
            select *, exempted_at is null
                    and case when ended_at is null then overdue_raised_at is not null else ended_at > due_at end as late,
                bool_or(kind = 'handle' and ended_at is null) over of_case as handling,
                max(ended_at) filter (where kind = 'handle' and ended_by in ('handle', 'selfHandle', 'forceClose')) over of_case
                    as last_handled
            from case_clock window of_case as (partition by case_id)
        ) k
    ) k group by case_id
), filed as (
    select case_id, count(*) filter (where received_at >= $1 and received_at < $2 and split_of is null) as reports,
        bool_and(origin = 'public') as public_only,
        count(*) filter (where origin = 'media' and received_at >= $1 and received_at < $2 and split_of is null) as exposures,
        min(received_at) filter (where origin = 'media') as exposed_at
    from report group by case_id
), answer as (
    select case_id, count(*) as answered, count(*) filter (where solved) as solved,
        count(satisfaction) as rated, count(*) filter (where satisfaction >= 2) as satisfied
    from call_back_answer where answered_at >= $1 and answered_at < $2 group by case_id
), fact as (
    select case $3 when 'town' then c.center_code when 'segment' then c.segment_code when 'category' then c.category
               when 'community' then c.community_code when 'grid' then c.grid_code when 'unit' then c.unit_code end as code,
        c.state, c.state = 'merged' as merged, c.runs_in = 'enforcement' as enforced, not l.again as sound, c.urgency = 'urgent' as urgent,
        c.state in ('closed', 'callback', 'archived', 'forceClosed') as is_closed,
        c.opened_at >= $1 and c.opened_at < $2 as arrived,
        l.accepted_at >= $1 and l.accepted_at < $2 as accepts, l.valid_at >= $1 and l.valid_at < $2 as opens,
        l.dispatched_at >= $1 and l.dispatched_at < $2 as dispatches,
        l.rejected_at >= $1 and l.rejected_at < $2 as rejects, l.voided_at >= $1 and l.voided_at < $2 as voids,
        l.closed_at >= $1 and l.closed_at < $2 as closes,
        l.handled_at >= $1 and l.handled_at < $2 and l.handled_seq > coalesce(l.reopened_seq, 0) as handles,
        k.due_at >= $1 and k.due_at < $2 and c.state not in ('merged', 'rejected', 'voided', 'suspended') as is_due,
        k.late, k.exempted, not coalesce(k.accept_late, false) as accept_kept,
        not coalesce(k.dispatch_late, false) as dispatch_kept,
        k.breaches, k.verified, k.verified_on_time, k.inspected, k.inspected_on_time,
        l.returned, l.reworked, l.extended, l.suspended, l.reopened, l.escalated, l.supervised, l.hastened,
        coalesce(f.reports, 0) as reports, coalesce(f.public_only, true) as public_only,
        coalesce(f.exposures, 0) as exposures, f.exposed_at >= $1 and f.exposed_at < $2 as exposed,
        r.case_id is not null as recurs, coalesce(r.hot_spot, false) as hot, a.answered, a.solved, a.rated, a.satisfied
    from cases c join line l on l.case_id = c.case_id left join clock k on k.case_id = c.case_id
    left join filed f on f.case_id = c.case_id left join answer a on a.case_id = c.case_id
    left join case_recurrence r on r.case_id = c.case_id
)
select code, jsonb_build_object(
    'reports', coalesce(sum(reports), 0),
    'merged', count(*) filter (where arrived and merged),
    'received', count(*) filter (where arrived and not merged),
    'publicOnly', count(*) filter (where arrived and not merged and public_only),
    'recurred', count(*) filter (where arrived and not merged and recurs),
    'hotSpots', count(*) filter (where arrived and not merged and hot),
    'rejected', count(*) filter (where rejects and state = 'rejected'),
    'voided', count(*) filter (where voids and state = 'voided'),
    'accepted', count(*) filter (where accepts and not merged),
    'acceptedOnTime', count(*) filter (where accepts and not merged and accept_kept),
    'verified', coalesce(sum(verified) filter (where not merged), 0),
    'verifiedOnTime', coalesce(sum(verified_on_time) filter (where not merged), 0),
    'valid', count(*) filter (where opens and state not in ('merged', 'rejected', 'voided')),
    'enforced', count(*) filter (where opens and enforced and state not in ('merged', 'rejected', 'voided')),
    'enforcedSoundly', count(*) filter (where opens and enforced and sound and is_closed),
    'dispatched', count(*) filter (where dispatches and not merged),
    'dispatchedOnTime', count(*) filter (where dispatches and not merged and dispatch_kept),
    'handled', count(*) filter (where handles and not merged),
    'inspected', coalesce(sum(inspected) filter (where not merged), 0),
    'inspectedOnTime', coalesce(sum(inspected_on_time) filter (where not merged), 0),
    'closed', count(*) filter (where closes and is_closed),
    'forceClosed', count(*) filter (where closes and state = 'forceClosed')
) || jsonb_build_object(
    'due', count(*) filter (where is_due),
    'dueClosed', count(*) filter (where is_due and is_closed),
    'dueOnTime', count(*) filter (where is_due and is_closed and not late),
    'overdue', count(*) filter (where is_due and late),
    'exempted', count(*) filter (where is_due and exempted),
    'urgentDue', count(*) filter (where is_due and urgent),
    'urgentClosed', count(*) filter (where is_due and urgent and is_closed),
    'urgentOnTime', count(*) filter (where is_due and urgent and is_closed and not late),
    'breaches', coalesce(sum(breaches) filter (where not merged), 0),
    'returned', coalesce(sum(returned) filter (where not merged), 0),
    'reworked', coalesce(sum(reworked) filter (where not merged), 0),
    'extended', coalesce(sum(extended) filter (where not merged), 0),
    'suspended', coalesce(sum(suspended) filter (where not merged), 0),
    'reopened', coalesce(sum(reopened) filter (where not merged), 0),
    'escalated', coalesce(sum(escalated) filter (where not merged), 0),
    'supervised', coalesce(sum(supervised) filter (where not merged), 0),
    'hastened', coalesce(sum(hastened) filter (where not merged), 0),
    'exposed', count(*) filter (where exposed and state not in ('merged', 'rejected', 'voided')),
    'exposures', coalesce(sum(exposures) filter (where state not in ('merged', 'rejected', 'voided')), 0),
    'answered', coalesce(sum(answered) filter (where not merged), 0),
    'solved', coalesce(sum(solved) filter (where not merged), 0),
    'rated', coalesce(sum(rated) filter (where not merged), 0),
    'satisfied', coalesce(sum(satisfied) filter (where not merged), 0)
) as figures
from fact where code is not null group by code order by code
