-- Targets are endpoints that are sent pages, or tables of other databases that are kept in step.
alter table sync_target
  add column kind text not null default 'http' check (kind in ('http', 'database')),
  add column schema_name text, -- of the table there; null for the usual one
  add column table_name text,
  alter column sealed_secret drop not null,
  add check ((kind = 'http') = (sealed_secret is not null)),
  add check ((kind = 'database') = (table_name is not null)),
  add check (kind = 'database' or schema_name is null);
alter table sync_target alter column kind drop default;

-- How far a table of a destination is, besides acknowledged_change.
alter table sync_progress
  add column reload text not null default 'no' check (reload in ('no', 'wanted', 'loading')),
  add column checked_at timestamptz, -- when the rows there were last counted
  add column check_wanted boolean not null default false;

-- Rows that a destination refused, until they change or are tried again.
create table sync_parked (
  target_id bigint not null references sync_target (id) on delete cascade,
  key text not null,
  change bigint not null,
  reason text not null,
  parked_at timestamptz not null default now(),
  primary key (target_id, key)
);
