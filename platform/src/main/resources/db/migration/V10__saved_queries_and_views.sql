-- Statements that people keep. Whoever wrote one may be gone, and may have been a program: only a name is kept.
create table saved_query (
  id bigint generated always as identity primary key,
  opaque_id text not null unique, -- also the only secret in the URL of a public one
  organization_id bigint not null references organization (id) on delete cascade,
  author text not null,
  description text not null,
  sql text not null,
  public boolean not null default false,
  created_at timestamptz not null default now()
);
create index on saved_query (organization_id, id);

-- Views in the organization's database, kept here too so that they can be made again elsewhere.
create table saved_view (
  organization_id bigint not null references organization (id) on delete cascade,
  name text not null,
  sql text not null,
  author text not null,
  created_at timestamptz not null default now(),
  primary key (organization_id, name)
);
