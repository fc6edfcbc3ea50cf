-- Rows of which a subscription's condition could not be evaluated are not told.
alter table subscription add column condition_failures bigint not null default 0;
alter table subscription add column condition_problem text; -- why the last one could not be

-- Events that are being delivered once more.
create table event_replay (
  id bigint generated always as identity primary key,
  subscription_id bigint not null references subscription (id) on delete cascade,
  organization_id bigint not null,
  since timestamptz not null,
  until timestamptz not null,
  after bigint not null default 0 -- the number of the last event that was looked at
);

-- Whether somebody asked for a webhook to be applied once more.
alter table webhook_queue add column replayed boolean not null default false;
