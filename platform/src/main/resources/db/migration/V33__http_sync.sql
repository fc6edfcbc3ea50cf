-- Receivers of the changed rows of a table.
create table sync_target (
  id bigint generated always as identity primary key,
  opaque_id text not null unique,
  organization_id bigint not null references organization (id) on delete cascade,
  integration_id bigint not null references integration (id) on delete cascade,
  sealed_url bytea not null, -- with user and password
  sealed_secret bytea not null, -- signs pages
  period_seconds integer check (period_seconds > 0), -- null to sync whenever something changes
  page_size integer not null check (page_size > 0),
  timeout_seconds integer not null check (timeout_seconds > 0),
  status text not null check (status in ('active', 'paused')),
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on sync_target (organization_id, id);
create index on sync_target (integration_id);

-- How far each is. A window is what changed after acknowledged_change, up to window_until.
create table sync_progress (
  target_id bigint primary key references sync_target (id) on delete cascade,
  acknowledged_change bigint not null,
  synced_at timestamptz, -- when the table was looked at for the last window that is through
  sequence bigint not null default 0, -- of the newest page
  window_until bigint, -- null when none is under way
  window_at timestamptz,
  listed boolean not null default false, -- whether the window's rows are listed in the organization's database
  -- the last row of the window that is acknowledged, in the order in which rows are sent; null for none
  place bigint not null default 0, -- in the list
  place_time text,
  place_key text,
  -- the page that was made and is not acknowledged, as it is sent
  page_id text,
  page_body bytea,
  page_rows integer,
  page_place bigint,
  page_time text,
  page_key text,
  page_ends boolean, -- whether the window is through with it
  sent_at timestamptz, -- since when it is on its way; null when nobody waits for an answer
  -- how the receiver behaves
  failures integer not null default 0, -- in a row
  failing_since timestamptz,
  last_error text,
  alerted smallint not null default 0 -- of how many steps of a failure that lasts people were told
);
-- what is written once and removed soon is not worth compressing
alter table sync_progress alter column page_body set storage external;

-- Each target, for as long as it is there; due when it is to be looked at, and not while it is paused.
create table sync_run (
  id bigint primary key references sync_target (id) on delete cascade,
  organization_id bigint not null,
  wanted boolean not null default false, -- once more, as soon as what is under way has ended
  due_at timestamptz,
  claimed_by uuid,
  attempts integer not null default 0,
  deaths integer not null default 0,
  priority smallint not null default 1,
  expires_at timestamptz,
  reason text,
  parked_at timestamptz
) with (fillfactor = 50);
create index on sync_run (organization_id, priority, due_at) where due_at is not null;
create index on sync_run (due_at) where due_at is not null;
create index on sync_run (organization_id) where due_at is not null and claimed_by is not null;

-- What became of requests, by hours, for a week.
create table sync_statistic (
  target_id bigint not null references sync_target (id) on delete cascade,
  hour timestamptz not null,
  pages bigint not null default 0,
  rows bigint not null default 0,
  failures bigint not null default 0,
  milliseconds bigint not null default 0, -- of all requests together
  primary key (target_id, hour)
) with (fillfactor = 50);
