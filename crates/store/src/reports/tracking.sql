select r.tracking_code, r.report_id, r.case_id, c.version as case_version, r.version as report_version, r.outcome, r.received_at,
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
       ), '[]'::json) as timeline
from report r join cases c on c.case_id = r.case_id
where r.tracking_code = any ($1)
