-- A run through a provider's listing. One of an integration is queued or running at a time.
create table backfill_job (
  id bigint generated always as identity primary key,
  opaque_id text not null unique,
  integration_id bigint not null references integration (id) on delete cascade,
  cause text not null check (cause in ('user', 'setup', 'schedule', 'parent')),
  state text not null default 'queued' check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  since timestamptz, -- since when changes are listed; null for everything
  asked_at timestamptz, -- when the provider was first asked, by its clock
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  pages bigint not null default 0,
  resources bigint not null default 0,
  changed bigint not null default 0, -- rows that came to be or became different
  refused bigint not null default 0, -- resources that could not be stored
  expected bigint, -- resources in all, where the provider says so
  error text, -- why it failed, or what it last waited after
  retry_at timestamptz, -- until when it waits
  cancelling boolean not null default false,
  host uuid, -- who runs it
  held_until timestamptz -- and until when that host need not say so again
);
create unique index on backfill_job (integration_id) where state in ('queued', 'running');
create index on backfill_job (integration_id, id);
create index on backfill_job (id) where state in ('queued', 'running');

-- Disjoint parts of a run, which are read at the same time: ranges of time, or shares of the parent's rows.
create table backfill_part (
  job_id bigint not null references backfill_job (id) on delete cascade,
  number integer not null,
  range_from timestamptz,
  range_to timestamptz,
  reached timestamptz,
  parent text, -- the key of the parent's row that is being read, or was last
  cursor text, -- of the next page; null before the first, and between two parents
  pages bigint not null default 0,
  done boolean not null default false,
  primary key (job_id, number)
);

-- Resources that could not be stored, the first hundred of a run.
create table backfill_refused (
  job_id bigint not null references backfill_job (id) on delete cascade,
  reason text not null,
  resource text not null
);
create index on backfill_refused (job_id);

-- What outlives runs.
create table backfill_state (
  integration_id bigint primary key references integration (id) on delete cascade,
  covered_at timestamptz, -- everything up to here was listed, by the provider's clock
  due_again boolean not null default false, -- a run was due while another was under way
  due_in_full boolean not null default false, -- and is to list everything
  interval_seconds bigint, -- as the operator wants it; null as usual, 0 never
  failures integer not null default 0, -- scheduled runs that failed in a row for want of a good setting
  not_before timestamptz -- the next scheduled run's earliest time after those
);

-- One row per credential of a provider, shared by all hosts.
create table rate_limit (
  credential text primary key,
  next_at timestamptz not null, -- the next free turn
  paused_until timestamptz not null default '-infinity' -- the provider asked for a pause
) with (fillfactor = 50);
