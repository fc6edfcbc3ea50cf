-- What happened to the rows of tables that somebody follows: written by whoever writes the rows, read in the order of numbers.
create table webhookdb.followed (
  table_name text primary key,
  integration_id bigint not null unique,
  -- the number after which no entry is missing
  whole_after bigint not null
);

create table webhookdb.change (
  integration_id bigint not null,
  change bigint not null,
  key text not null,
  kind text not null,
  origin text not null,
  committed_at timestamptz not null default clock_timestamp(),
  content jsonb not null,
  previous jsonb not null,
  primary key (integration_id, change)
);

create index change_committed_at_idx on webhookdb.change using brin (committed_at);
