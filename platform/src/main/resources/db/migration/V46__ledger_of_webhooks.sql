-- How many webhooks were accepted, put into the queue again, and settled: written by the statement that does so, so that in every snapshot
-- accepted + requeued - settled is what waits in webhook_queue. Rows are only added, so that nobody waits for anybody; the auditor adds up
-- those of one endpoint and hour. No index: every statement that writes rows would pay for it, and the auditor reads all of them.
create table webhook_ledger (
  endpoint_id bigint not null,
  hour timestamptz not null, -- in which they were received
  accepted integer not null default 0,
  requeued integer not null default 0,
  settled integer not null default 0
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

-- Webhooks that were received before this are not in the books, nor is what waits of them.
create table webhook_ledger_start (
  only_one boolean primary key default true check (only_one),
  since timestamptz not null -- a full hour
);

-- Where there was an older version, its hosts may go on for some minutes beside the first one of this version, and write nothing down.
insert into webhook_ledger_start (since)
select case when exists (select from endpoint) then date_bin('1 hour', now() + interval '70 minutes', '2000-01-01 00:00Z')
  else '-infinity' end;

-- What the books do not explain: webhooks that are missing, or of which there are more than came.
create table webhook_imbalance (
  id bigint generated always as identity primary key,
  endpoint_id bigint not null references endpoint (id) on delete cascade,
  hour timestamptz not null, -- in which they were received
  webhooks bigint not null check (webhooks <> 0), -- how many are lost; less than zero for a surplus
  found_at timestamptz not null default clock_timestamp(),
  told_at timestamptz, -- when the organization was told
  replayed_at timestamptz -- when all of the endpoint's webhooks of that hour were queued again, and with them those that were lost
);
create index on webhook_imbalance (endpoint_id);

alter table alert drop constraint alert_cause_check;
alter table alert
  add constraint alert_cause_check
    check (cause in ('rejected', 'failed', 'credential', 'stopped', 'version', 'column', 'data_request', 'account', 'lost', 'surplus'));

-- How many rows of a table came to be or became different, whoever said so. Each host adds what it counted a few times a minute.
create table changed_rows (
  integration_id bigint not null references integration (id) on delete cascade,
  hour timestamptz not null, -- in which they were stored
  number bigint not null,
  primary key (integration_id, hour)
) with (fillfactor = 50);
