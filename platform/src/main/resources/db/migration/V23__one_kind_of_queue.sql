-- Tables that are queues name their columns alike: due_at (when a row may be claimed; while it is claimed, when the lease ends; null when
-- it is not in the queue), claimed_by, attempts, deaths, priority (0 before 1 before 2), expires_at, reason, parked_at.

alter table mail rename column error to reason;
alter table mail
  alter column due_at drop not null,
  add column claimed_by uuid,
  add column deaths integer not null default 0,
  add column priority smallint not null default 1,
  add column parked_at timestamptz;
drop index mail_due_at_idx;
create index on mail (recipient, priority, due_at) where due_at is not null;
create index on mail (due_at) where due_at is not null;

alter table alert_delivery rename column error to reason;
alter table alert_delivery
  alter column due_at drop not null,
  add column organization_id bigint references organization (id) on delete cascade,
  add column claimed_by uuid,
  add column deaths integer not null default 0,
  add column priority smallint not null default 1,
  add column parked_at timestamptz;
update alert_delivery set organization_id = error_handler.organization_id from error_handler where error_handler.id = handler_id;
alter table alert_delivery alter column organization_id set not null;
drop index alert_delivery_due_at_idx;
create index on alert_delivery (organization_id, priority, due_at) where due_at is not null;
create index on alert_delivery (due_at) where due_at is not null;
