select r.tracking_code, r.report_id, r.case_id, c.version as case_version, r.version + case when r.parts = 0 then 0 else (
           -- A part that changes its case counts up itself.
           select sum(p.version * 1048576 + pc.version)::bigint
           from report p join cases pc on pc.case_id = p.case_id where p.split_of = r.report_id) end as report_version,
        r.outcome, r.received_at,
       r.category, c.state, c.case_number, c.center_code, c.segment_code, c.due_at, c.due_kind, c.question, c.report_count,
       coalesce((
           select json_agg(json_build_object('logId', l.log_id, 'at', l.at, 'act', l.act, 'reason', l.reason,
               'note', l.note, 'deliveries', (
                   select json_agg(json_build_object('channel', d.channel, 'state', d.state, 'reason', d.reason,
                       'finalAt', d.final_at) order by d.channel)
                   from delivery d where d.report_id = r.report_id and d.log_id = l.log_id)) order by l.log_id)
           from (
               select r.case_id, r.since_log, 9223372036854775807 as until_log
               union all
               select p.case_id, p.since_log, p.until_log from past_follow p where p.report_id = r.report_id
           ) f
           join case_log l on l.case_id = f.case_id and l.log_id between f.since_log and f.until_log
           where l.report_id is null or l.report_id = r.report_id
       ), '[]'::json) as timeline,
       case when r.parts = 0 then '[]'::json else (
           select json_agg(json_build_object('trackingCode', p.tracking_code, 'caseNumber', pc.case_number, 'state', pc.state)
               order by p.report_id)
           from report p join cases pc on pc.case_id = p.case_id where p.split_of = r.report_id
       ) end as parts,
       case when r.split_of is not null then (select w.tracking_code from report w where w.report_id = r.split_of) end as part_of
from report r join cases c on c.case_id = r.case_id
where r.tracking_code = any ($1)
