-- What a host is working on, written down before it begins. A host that lives says so again and again; what one that died had in hand
-- is found here by whoever takes it from the queue next.
create table webhook_in_hand (
  id bigint generated always as identity primary key,
  host text not null,
  webhook_ids bigint[] not null,
  alive_at timestamptz not null
);

-- How many attempts ended with the host that made them. Such a webhook is tried alone, and in the end not any more.
alter table webhook_queue add column deaths smallint not null default 0;
