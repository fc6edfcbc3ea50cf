-- Who wants one webhook by its key says between which ids its segment is, too: of the segments of a second that has hundreds, one is unpacked.
create or replace view webhook as
select id, endpoint_id, received_at, method, url, headers, body, verdict, reason, size, api_version,
  octet_length(body) as bytes, date_bin('1 second', received_at, '2000-01-01 00:00Z') as second, id as first_id, id as last_id
from webhook_row
union all
select one.id, endpoint_id, one.received_at, methods[one.place], urls[one.place], segment.headers[one.place], bodies[one.place],
  one.verdict, reasons[one.place], sizes[one.place], api_versions[one.place],
  one.bytes, second, first_id, last_id
from webhook_segment as segment
cross join lateral unnest(ids, received, lengths, verdicts) with ordinality as one (id, received_at, bytes, verdict, place);
