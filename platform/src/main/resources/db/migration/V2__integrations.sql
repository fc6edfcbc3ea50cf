-- An endpoint receives the webhooks of one connector for one organization, and feeds one or more integrations with them.
create table endpoint (
  id bigint generated always as identity primary key,
  opaque_id text not null unique,
  organization_id bigint not null references organization (id) on delete cascade,
  connector_id text not null,
  created_at timestamptz not null default now()
);
create index on endpoint (organization_id);

-- An integration fills one table.
create table integration (
  id bigint generated always as identity primary key,
  opaque_id text not null unique,
  endpoint_id bigint not null references endpoint (id) on delete cascade,
  organization_id bigint not null references organization (id) on delete cascade,
  service_name text not null,
  table_name text not null,
  created_at timestamptz not null default now(),
  unique (organization_id, table_name),
  unique (endpoint_id, service_name)
);

-- What an operator supplied for an endpoint; always encrypted, so that nobody has to decide what is secret enough.
create table setting (
  endpoint_id bigint not null references endpoint (id) on delete cascade,
  name text not null,
  sealed_value bytea not null,
  primary key (endpoint_id, name)
);
