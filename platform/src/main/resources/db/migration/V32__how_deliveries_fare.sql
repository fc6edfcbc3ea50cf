-- The installation's own signature: an ed25519 key, of which there is one.
create table signing_key (
  only_one boolean primary key default true check (only_one),
  public_key bytea not null,
  sealed_private_key bytea not null,
  created_at timestamptz not null default now()
);

-- Requests are spread: before this time none is begun, where a subscription has a rate.
alter table subscription_health
  add column paced_until timestamptz,
  -- how often the endpoint was held since it answered last; each time is longer than the one before
  add column holds integer not null default 0,
  -- the event that failed last, for whoever is told of it
  add column failed_event text;
create index on subscription_health (held_until) where held_until is not null;
create index on subscription_health (paced_until) where paced_until is not null;

-- What became of attempts, by hours, for as long as deliveries are kept.
create table delivery_statistic (
  subscription_id bigint not null references subscription (id) on delete cascade,
  hour timestamptz not null,
  succeeded bigint not null default 0,
  failed bigint not null default 0,
  milliseconds bigint not null default 0, -- of all together
  primary key (subscription_id, hour)
) with (fillfactor = 50);

create index on delivery (subscription_id, event_type, id);
create index on delivery (subscription_id, id) where status = 'failed';
-- for lists; what claims deliveries says nothing of parked_at, and so does not take it for its own index
create index on delivery_queue (subscription_id, id) where parked_at is null;

alter table delivery_queue set (
  fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
