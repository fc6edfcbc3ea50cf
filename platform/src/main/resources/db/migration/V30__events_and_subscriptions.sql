-- What is told: events of organizations, in an order of their own for each organization. A number is taken while the organization's row of
-- event_stream is locked, so that numbers of an organization become visible in their order.
create table event_stream (
  organization_id bigint primary key references organization (id) on delete cascade,
  -- when somebody last asked for events; those who ask get what happened since they first did
  pulled_at timestamptz,
  -- events up to this number were dropped, or never kept
  kept_after bigint not null default 0
);

create sequence event_number;

create table event (
  number bigint not null,
  id text not null, -- evt_..., which tells the number
  organization_id bigint not null,
  integration_id bigint, -- whose row changed; null for what happened to the account
  type text not null,
  origin text, -- of a row's change
  key text, -- the row's
  occurred_at timestamptz not null,
  body text not null, -- as it is sent in full
  created_at timestamptz not null default clock_timestamp(),
  primary key (organization_id, number, created_at)
) partition by range (created_at);

-- Up to which change of an integration's table events were made.
create table change_position (
  integration_id bigint primary key references integration (id) on delete cascade,
  organization_id bigint not null references organization (id) on delete cascade,
  position bigint not null
);
create index on change_position (organization_id);

-- What happened to accounts, written in the transaction in which it happened, until it becomes an event.
create table account_event (
  id bigint generated always as identity primary key,
  organization_id bigint not null references organization (id) on delete cascade,
  type text not null,
  data text not null, -- JSON
  occurred_at timestamptz not null default clock_timestamp()
);
create index on account_event (organization_id, id);

-- Who is told. URLs may hold credentials, so they are sealed like secrets.
create table subscription (
  id bigint generated always as identity primary key,
  opaque_id text not null unique, -- wh_...
  organization_id bigint not null references organization (id) on delete cascade,
  integration_id bigint references integration (id) on delete cascade, -- null for all of the organization's
  sealed_url bytea not null,
  sealed_secret bytea not null,
  sealed_old_secret bytea, -- signs as well
  old_secret_until timestamptz,
  events text[] not null, -- types; with * for any, at their begin or end
  columns text[] not null default '{}', -- only when one of them became different
  condition text, -- SQL over the row
  origins text[] not null default '{}', -- only from there
  payload text not null default 'auto' check (payload in ('full', 'thin', 'auto')),
  ordered boolean not null default false,
  sends_secret boolean not null default false, -- in Whdb-Webhook-Secret
  patient boolean not null default false, -- tries for days
  rate integer, -- requests per second; null for any
  concurrency integer not null default 50,
  status text not null default 'active' check (status in ('active', 'paused', 'disabled')),
  status_reason text, -- why it was disabled: a sentence
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on subscription (organization_id);
create index on subscription (integration_id);

-- How an endpoint behaves.
create table subscription_health (
  subscription_id bigint primary key references subscription (id) on delete cascade,
  failures integer not null default 0, -- in a row
  failing_since timestamptz,
  held_until timestamptz, -- nothing is sent before, and then one to see
  warned smallint not null default 0, -- percent of the way to being disabled
  last_success_at timestamptz,
  last_failure_at timestamptz,
  last_answer text
) with (fillfactor = 50);

create sequence delivery_id;

-- An event on its way to a subscriber, and what became of it.
create table delivery (
  id bigint not null,
  subscription_id bigint not null,
  organization_id bigint not null,
  event_number bigint not null,
  event_at timestamptz not null, -- the event's created_at
  event_id text not null,
  event_type text not null,
  status text not null default 'pending', -- pending, delivered, failed
  replay boolean not null default false,
  attempts integer not null default 0,
  response_code integer, -- of the last attempt; null if there was no answer
  response_time_ms integer,
  error text,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  primary key (id, created_at)
) partition by range (created_at);
create index on delivery (subscription_id, id);

create table delivery_attempt (
  delivery_id bigint not null,
  number integer not null,
  started_at timestamptz not null,
  duration_ms integer not null,
  response_code integer,
  request_id text, -- what the receiver calls it
  error text,
  answer bytea, -- its begin
  created_at timestamptz not null default clock_timestamp()
) partition by range (created_at);
create index on delivery_attempt (delivery_id);

-- Deliveries that are to be tried (again); the delivery's number is the key.
create table delivery_queue (
  id bigint primary key,
  delivery_at timestamptz not null, -- the delivery's created_at
  subscription_id bigint not null references subscription (id) on delete cascade,
  organization_id bigint not null,
  event_number bigint not null,
  event_at timestamptz not null,
  row_key text, -- of a subscription that wants order: one after the other
  replay boolean not null default false,
  due_at timestamptz, -- null while another of the same key goes first
  claimed_by uuid,
  attempts integer not null default 0,
  deaths integer not null default 0,
  priority smallint not null default 1,
  expires_at timestamptz,
  reason text,
  parked_at timestamptz
);
create index on delivery_queue (subscription_id, priority, due_at) where due_at is not null;
create index on delivery_queue (due_at) where due_at is not null;
create index on delivery_queue (subscription_id) where claimed_by is not null;
create index on delivery_queue (subscription_id, row_key, id) where row_key is not null;
