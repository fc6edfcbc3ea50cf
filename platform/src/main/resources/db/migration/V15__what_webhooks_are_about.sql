-- Which of its endpoint's integrations a webhook is about. Null where the endpoint feeds one, or where nobody could tell.
-- With it there is an outcome for what is done, too: state 2.
alter table webhook_outcome add column integration_ids bigint[];

-- Its settings changed then, and what was rejected before is still to be verified again.
alter table endpoint add column resupplied_at timestamptz;
create index on endpoint (resupplied_at) where resupplied_at is not null;
