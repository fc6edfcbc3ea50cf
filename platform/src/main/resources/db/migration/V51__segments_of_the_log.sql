-- The log of webhooks is kept in segments: what one commit holds for one endpoint is one row, with an array for each property. So a
-- webhook costs a fraction of a row, and bodies that are alike are compressed together. What was logged before stays in the form of a row
-- for each webhook until its time is over.
alter table webhook rename to webhook_row;

do $$
declare
  partition record;
begin
  for partition in
    select inhrelid::regclass::text as name from pg_inherits where inhparent = 'webhook_row'::regclass
  loop
    execute format('alter table %s rename to %I', partition.name, replace(partition.name, 'webhook_', 'webhook_row_'));
  end loop;
end
$$;

-- The webhooks of a segment came to one endpoint within one second, so that each is found by its own key: endpoint, second, and the
-- segment with the largest first_id that is not larger than its id. Segments of an endpoint and second never overlap, because ids of one
-- segment are from one block of the sequence, and whoever takes from a block takes a stretch of it for each commit.
create table webhook_segment (
  endpoint_id bigint not null,
  second timestamptz not null, -- in which they were received
  first_id bigint not null,
  last_id bigint not null,
  rejected integer not null, -- how many of them are
  ids bigint[] not null,
  received timestamptz[] not null,
  methods text[] not null,
  urls text[] not null,
  headers text[] not null, -- JSON objects of arrays
  bodies bytea[] not null,
  lengths integer[] not null, -- of what is kept of the bodies, for whom their size matters and not what they say
  verdicts smallint[] not null, -- 0 accepted, 1 rejected, 2 answered and not to be read, 3 accepted and erased
  checksums integer[] not null, -- CRC-32C of url, headers and body; null for what was changed since
  reasons text[], -- why they were rejected; null, as the next two, if that is so for all of them
  sizes bigint[], -- how long the bodies were of which only the beginning is kept
  api_versions text[],
  primary key (endpoint_id, second, first_id)
) partition by range (second);

create index on webhook_segment (endpoint_id, second) where rejected > 0;

-- All webhooks, in whatever form. Who asks for a span of time asks for "second" as well as for "received_at"; who wants the bodies of many
-- reads the arrays, because here each is taken out of its array by itself.
create view webhook as
select id, endpoint_id, received_at, method, url, headers, body, verdict, reason, size, api_version,
  octet_length(body) as bytes, date_bin('1 second', received_at, '2000-01-01 00:00Z') as second
from webhook_row
union all
select one.id, endpoint_id, one.received_at, methods[one.place], urls[one.place], segment.headers[one.place], bodies[one.place],
  one.verdict, reasons[one.place], sizes[one.place], api_versions[one.place],
  one.bytes, second
from webhook_segment as segment
cross join lateral unnest(ids, received, lengths, verdicts) with ordinality as one (id, received_at, bytes, verdict, place);

-- A host of an older version that goes on for some minutes beside the first one of this version writes what it knows: rows.
create function webhook_written() returns trigger language plpgsql as $$
declare
  place integer;
begin
  if tg_op = 'INSERT' then
    insert into webhook_segment (endpoint_id, second, first_id, last_id, rejected, ids, received, methods, urls, headers, bodies, lengths,
      verdicts, checksums, reasons, sizes, api_versions)
    values (new.endpoint_id, date_bin('1 second', new.received_at, '2000-01-01 00:00Z'), new.id, new.id, (new.verdict = 1)::integer,
      array[new.id], array[new.received_at], array[new.method], array[new.url], array[new.headers], array[new.body],
      array[octet_length(new.body)], array[new.verdict], array[null::integer], array[new.reason], array[new.size], array[new.api_version]);
    return new;
  end if;
  update webhook_row set url = new.url, body = new.body, verdict = new.verdict, reason = new.reason, size = new.size
  where endpoint_id = old.endpoint_id and received_at = old.received_at and id = old.id;
  if not found then
    select array_position(ids, old.id) into place from webhook_segment
    where endpoint_id = old.endpoint_id and second = old.second and old.id between first_id and last_id for update;
    update webhook_segment set urls[place] = new.url, bodies[place] = new.body, lengths[place] = octet_length(new.body), verdicts[place] = new.verdict, checksums[place] = null,
      reasons[place] = new.reason, sizes[place] = new.size,
      rejected = rejected + (new.verdict = 1)::integer - (verdicts[place] = 1)::integer
    where endpoint_id = old.endpoint_id and second = old.second and old.id between first_id and last_id;
  end if;
  return new;
end
$$;

create trigger written instead of insert or update on webhook for each row execute function webhook_written();

-- How large its body is, so that who takes from the queue need not look into the log first; null where nobody wrote that down.
alter table webhook_queue add column bytes integer;
