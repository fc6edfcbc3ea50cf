-- A closed organization can be opened again until its data is being dropped.
alter table organization add column closed_at timestamptz;
alter table organization add column drop_at timestamptz;
alter table organization add column dropping boolean not null default false;
create index on organization (drop_at) where drop_at is not null;

-- Where an organization wants to be told of trouble. URLs may hold credentials, so they are sealed.
create table error_handler (
  id bigint generated always as identity primary key,
  opaque_id text not null unique,
  organization_id bigint not null references organization (id) on delete cascade,
  sealed_url bytea not null,
  created_by text not null,
  created_at timestamptz not null default now()
);
create index on error_handler (organization_id);

-- What an organization was told: once per cause, subject and day.
create table alert (
  id bigint generated always as identity primary key,
  event_id uuid not null default gen_random_uuid(), -- the same however often it is sent
  organization_id bigint not null references organization (id) on delete cascade,
  cause text not null check (cause in ('rejected', 'failed', 'credential', 'stopped')),
  subject text not null, -- the opaque id of an endpoint or integration
  created_at timestamptz not null
);
create index on alert (organization_id, cause, subject, created_at);
create index on alert (created_at);

-- Alerts that are not delivered yet; a row is invisible to other hosts until due_at.
create table alert_delivery (
  id bigint generated always as identity primary key,
  alert_id bigint not null references alert (id) on delete cascade,
  handler_id bigint not null references error_handler (id) on delete cascade,
  notice text not null, -- what is sent, as JSON
  due_at timestamptz not null,
  expires_at timestamptz not null,
  attempts integer not null default 0,
  error text -- why the last attempt did not succeed
);
create index on alert_delivery (due_at);
create index on alert_delivery (handler_id);
create index on alert_delivery (alert_id);

-- So that trouble is found without reading what went well.
create index on webhook (received_at) where verdict = 1;
create index on webhook_outcome (decided_at) where state = 1;
create index on backfill_job (finished_at) where state = 'failed';

alter table backfill_job add column failure text; -- what kind of failure it was
