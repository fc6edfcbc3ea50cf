-- A comparison of a table with what its provider lists. It writes nothing to the table. One of an integration is queued or running.
create table comparison (
  id bigint generated always as identity primary key,
  opaque_id text not null unique,
  integration_id bigint not null references integration (id) on delete cascade,
  organization_id bigint not null references organization (id) on delete cascade,
  state text not null default 'queued' check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  asked_at timestamptz, -- when the provider was first asked, by its clock
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  pages bigint not null default 0,
  resources bigint not null default 0, -- how many were listed
  refused bigint not null default 0, -- what could not be listed or read
  expected bigint, -- resources in all, where the provider says so
  -- what came out, once it has succeeded: how many rows of each kind
  matching bigint not null default 0,
  missing bigint not null default 0, -- listed, and not in the table
  extra bigint not null default 0, -- in the table, and not listed
  older bigint not null default 0,
  differing bigint not null default 0,
  changed_meanwhile bigint not null default 0,
  out_of_reach bigint not null default 0, -- in the table, and nobody can tell whether they would be listed
  waiting bigint not null default 0, -- webhooks that were not stored yet
  unread text, -- what the provider does not list, in a sentence
  cancelling boolean not null default false,
  retry_at timestamptz, -- until when it waits
  failure text, -- what kind of failure it was
  reason text, -- why it failed, or what it last waited after
  due_at timestamptz,
  claimed_by uuid,
  attempts integer not null default 0,
  deaths integer not null default 0,
  priority smallint not null default 1,
  expires_at timestamptz,
  parked_at timestamptz
);
create unique index on comparison (integration_id) where state in ('queued', 'running');
create index on comparison (integration_id, id);
create index on comparison (finished_at) where finished_at is not null;
create index on comparison (organization_id, priority, due_at) where due_at is not null;
create index on comparison (due_at) where due_at is not null;
create index on comparison (organization_id) where claimed_by is not null;

-- Like those of backfills.
create table comparison_part (
  job_id bigint not null references comparison (id) on delete cascade,
  number integer not null,
  range_from timestamptz,
  range_to timestamptz,
  reached timestamptz,
  parent text,
  cursor text,
  pages bigint not null default 0,
  done boolean not null default false,
  primary key (job_id, number)
);

-- The keys of rows that differ, the first hundred of each kind.
create table comparison_key (
  job_id bigint not null references comparison (id) on delete cascade,
  kind text not null,
  place integer not null,
  key text not null,
  primary key (job_id, kind, place)
);
