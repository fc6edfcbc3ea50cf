-- Moves are a queue, with the columns that every queue has.
alter table database_migration rename column error to reason;
alter table database_migration rename column host to claimed_by;
alter table database_migration
  add column due_at timestamptz,
  add column attempts integer not null default 0,
  add column deaths integer not null default 0,
  add column priority smallint not null default 1,
  add column expires_at timestamptz,
  add column parked_at timestamptz;
update database_migration set due_at = coalesce(held_until, created_at) where state in ('enqueued', 'in_progress');
alter table database_migration drop column held_until;
create index on database_migration (organization_id, priority, due_at) where due_at is not null;
create index on database_migration (due_at) where due_at is not null;
