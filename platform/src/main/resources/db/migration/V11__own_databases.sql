-- An organization may bring a database of its own. Then nobody but the organization knows the server, and there may be no reader.
alter table organization_database
  add column ssl_mode text,
  -- counts how often the organization moved, or its credentials became others: hosts look at it
  add column revision integer not null default 0,
  alter column reader_role drop not null,
  alter column reader_secret drop not null,
  drop constraint organization_database_database_name_key;
create unique index on organization_database (host, port, database_name);

-- What an organization moved out of, where it was ours: kept for a while, then dropped.
create table retired_database (
  database_name text primary key,
  organization_id bigint not null,
  server text not null,
  host text not null,
  port integer not null,
  owner_role text not null,
  reader_role text not null,
  drop_at timestamptz not null
);

-- A move of an organization into another database. One of an organization is under way at a time.
create table database_migration (
  id bigint generated always as identity primary key,
  organization_id bigint not null references organization (id) on delete cascade,
  state text not null default 'enqueued' check (state in ('enqueued', 'in_progress', 'finished', 'failed')),
  source text not null, -- as people are shown it
  destination text not null,
  sealed_url bytea, -- gone at the end
  sealed_reader_url bytea,
  author text not null,
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  rows bigint not null default 0,
  error text, -- why it failed, what it waits after, or what was left behind
  host uuid, -- who runs it
  held_until timestamptz -- and until when that host need not say so again
);
create unique index on database_migration (organization_id) where state in ('enqueued', 'in_progress');
create index on database_migration (organization_id, id);

-- How far each table is.
create table database_migration_table (
  migration_id bigint not null references database_migration (id) on delete cascade,
  table_name text not null,
  next_pk bigint not null default 0, -- rows below it were copied once
  copied boolean not null default false, -- all were; since then changes are
  primary key (migration_id, table_name)
);
