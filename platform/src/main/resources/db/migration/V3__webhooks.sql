-- Every request to a known endpoint, exactly as it arrived. Partitions are days (UTC), made ahead and dropped when they are old;
-- there is no default partition, because one would have to be scanned for every partition that is added.
-- The key serves the list of an endpoint's webhooks as well as the reading of one body.
create table webhook (
  id bigint not null,
  endpoint_id bigint not null,
  received_at timestamptz not null,
  method text not null,
  url text not null,
  headers text not null, -- a JSON object of arrays; text, because nobody queries it and jsonb would be parsed for every request
  body bytea not null,
  verdict smallint not null, -- 0 accepted, 1 rejected, 2 answered and not to be read
  reason text, -- why it was rejected
  primary key (endpoint_id, received_at, id)
) partition by range (received_at);

-- What became of a webhook that was accepted, where that is not simply "its rows are stored".
create table webhook_outcome (
  webhook_id bigint not null,
  endpoint_id bigint not null,
  received_at timestamptz not null,
  state smallint not null, -- 0 ignored, 1 failed
  reason text not null,
  attempts integer not null,
  decided_at timestamptz not null default now(),
  primary key (endpoint_id, received_at, webhook_id)
) partition by range (received_at);

-- Accepted webhooks whose rows are not stored yet. A row is invisible to other workers until due_at; whoever takes it moves that
-- into the future, so that the work of a host that died comes back by itself.
create table webhook_queue (
  webhook_id bigint primary key,
  endpoint_id bigint not null,
  received_at timestamptz not null,
  due_at timestamptz not null,
  attempts integer not null default 0,
  reason text -- why the last attempt did not succeed
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

-- Hosts take ids in blocks.
create sequence webhook_id increment by 1000;
