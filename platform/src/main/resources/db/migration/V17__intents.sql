-- What is to be done in two databases: noted before, and forgotten with the last step. What is left of a host that died is finished by
-- another, or by the same at its next start.
create table intent (
  id bigint generated always as identity primary key,
  organization_id bigint not null references organization (id) on delete cascade,
  kind text not null,
  subject text not null, -- such as the name of a table
  detail text not null default '', -- such as another name for it
  author text not null default '',
  created_at timestamptz not null default now(),
  -- one change of a thing at a time
  unique (organization_id, kind, subject)
);
