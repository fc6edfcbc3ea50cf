-- Rows of which a subscription's condition could not be evaluated are not told.
alter table subscription add column condition_failures bigint not null default 0;
alter table subscription add column condition_problem text; -- why the last one could not be

-- Whether somebody asked for a webhook to be applied once more.
alter table webhook_queue add column replayed boolean not null default false;
