select r.report_id, r.received_at, r.withdrawn_at, r.channel,
       case when r.filed_by = $13 and r.channel in ('open311', 'device') then r.description end as description, r.attributes,
       c.category, c.state, c.center_code, c.segment_code, c.longitude, c.latitude, c.due_at,
       told.at as told_at, told.act as told_act,
       closing.at as closed_at, closing.act as closing_act, closing.reason as closing_reason,
       (select array_agg(released.photo_id order by released.released_at) from (
            select p.photo_id, p.released_at from report pr join photo p on p.report_id = pr.report_id
            where pr.case_id = c.case_id and p.released_at is not null
            union all
            select p.photo_id, p.released_at from photo p where p.case_id = c.case_id and p.released_at is not null
        ) released) as photos,
       case when $8 then (
           select jsonb_agg(jsonb_build_object('at', l.at, 'act', l.act) order by l.seq) from case_log l
           where l.case_id = c.case_id and l.act = any ($11) and (l.report_id is null or l.report_id = r.report_id)
       ) end as steps
from report r join cases c on c.case_id = r.case_id
left join lateral (
    select l.at, l.act from case_log l
    where l.case_id = c.case_id and l.act = any ($11) and (l.report_id is null or l.report_id = r.report_id)
    order by l.seq desc limit 1) told on true
left join lateral (
    select l.at, l.act, l.reason from case_log l
    where c.state = any ($12) and l.case_id = c.case_id and l.to_state = any ($12)
      and (l.from_state is null or l.from_state <> all ($12))
    order by l.seq desc limit 1) closing on true
where ($1::uuid[] is null or r.report_id = any ($1))
  and ($2::text[] is null or c.category = any ($2))
  and ($3::timestamptz is null or r.received_at >= $3)
  and ($4::timestamptz is null or r.received_at <= $4)
  and ($5::timestamptz is null or coalesce(r.withdrawn_at, closing.at, told.at, r.received_at) >= $5)
  and ($6::timestamptz is null or coalesce(r.withdrawn_at, closing.at, told.at, r.received_at) <= $6)
  and ($7::boolean is null or (r.withdrawn_at is not null or c.state = any ($12)) = $7)
order by r.received_at desc, r.report_id desc
limit $9 offset $10
