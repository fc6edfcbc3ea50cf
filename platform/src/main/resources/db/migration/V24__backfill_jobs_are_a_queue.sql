-- Runs through listings are a queue, with the columns that every queue has.
alter table backfill_job rename column error to reason;
alter table backfill_job rename column host to claimed_by;
alter table backfill_job
  add column organization_id bigint references organization (id) on delete cascade,
  add column due_at timestamptz,
  add column attempts integer not null default 0,
  add column priority smallint not null default 1,
  add column expires_at timestamptz,
  add column parked_at timestamptz;
update backfill_job set organization_id = integration.organization_id from integration where integration.id = integration_id;
update backfill_job set due_at = coalesce(held_until, created_at) where state in ('queued', 'running');
update backfill_job set claimed_by = null where due_at is null;
alter table backfill_job drop column held_until, alter column organization_id set not null;
create index on backfill_job (organization_id, priority, due_at) where due_at is not null;
create index on backfill_job (due_at) where due_at is not null;
create index on backfill_job (organization_id) where claimed_by is not null;
