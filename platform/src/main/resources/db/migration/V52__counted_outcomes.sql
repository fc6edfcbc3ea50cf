-- The books also say how many webhooks were rejected, or answered and not to be read, so that nobody counts them in the log. What an older
-- version logged as such is not in the books; that is counted where it is, as long as it is kept.
alter table webhook_ledger
  add column rejected integer not null default 0,
  add column answered integer not null default 0;

-- How many outcomes there are of each kind, with the same integrations. Rows are only added, and folded by the auditor, as in the ledger.
create table webhook_outcome_count (
  endpoint_id bigint not null,
  hour timestamptz not null, -- in which they were received
  state smallint not null,
  integration_ids bigint[],
  number bigint not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

insert into webhook_outcome_count (endpoint_id, hour, state, integration_ids, number)
select endpoint_id, date_bin('1 hour', received_at, '2000-01-01 00:00Z'), state, integration_ids, count(*)
from webhook_outcome group by 1, 2, 3, 4;

create function webhook_outcomes_changed() returns trigger language plpgsql as $$
begin
  if tg_op <> 'DELETE' then
    insert into webhook_outcome_count (endpoint_id, hour, state, integration_ids, number)
    select endpoint_id, date_bin('1 hour', received_at, '2000-01-01 00:00Z'), state, integration_ids, count(*)
    from those_after group by 1, 2, 3, 4;
  end if;
  if tg_op <> 'INSERT' then
    insert into webhook_outcome_count (endpoint_id, hour, state, integration_ids, number)
    select endpoint_id, date_bin('1 hour', received_at, '2000-01-01 00:00Z'), state, integration_ids, -count(*)
    from those_before group by 1, 2, 3, 4;
  end if;
  return null;
end
$$;

create trigger added after insert on webhook_outcome referencing new table as those_after
  for each statement execute function webhook_outcomes_changed();
create trigger changed after update on webhook_outcome referencing old table as those_before new table as those_after
  for each statement execute function webhook_outcomes_changed();
create trigger removed after delete on webhook_outcome referencing old table as those_before
  for each statement execute function webhook_outcomes_changed();

-- What failed, and what was ignored, is found without a look at what was stored.
create index on webhook_outcome (endpoint_id, received_at, webhook_id) where state = 0;
create index on webhook_outcome (endpoint_id, received_at, webhook_id) where state = 1;
