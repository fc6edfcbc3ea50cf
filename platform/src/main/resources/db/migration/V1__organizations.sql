create table organization (
  id bigint generated always as identity primary key,
  key text not null unique,
  name text not null,
  created_at timestamptz not null default now()
);

create table organization_database (
  organization_id bigint primary key references organization (id),
  server text not null,
  host text not null,
  port integer not null,
  database_name text not null unique,
  owner_role text not null,
  owner_secret bytea not null,
  reader_role text not null,
  reader_secret bytea not null,
  created_at timestamptz not null default now(),
  -- empty while the database is being created, so that a creation that was cut short is found and repeated
  ready_at timestamptz
);

comment on column organization_database.server is 'the name of the configured server it was created on';
comment on column organization_database.host is 'where that server was at the time, for when it is not configured any more';
