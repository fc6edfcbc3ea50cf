-- How many hosts ended while they ran a job, since its last page.
alter table backfill_job add column deaths integer not null default 0;
