-- What tells this installation's journals from another's.
create table installation (
  id uuid not null default gen_random_uuid(),
  is_only boolean primary key default true check (is_only)
);

insert into installation default values;

-- Up to where a journal of a host is in the log. Written in the transaction that logs what is before it.
create table ingest_journal (
  id uuid primary key,
  segment integer not null,
  position bigint not null,
  drained_at timestamptz not null default now()
);
