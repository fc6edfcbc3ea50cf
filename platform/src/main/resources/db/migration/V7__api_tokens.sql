-- For programs: one organization, one role. Of the token there is only the SHA-256.
create table api_token (
  id bigint generated always as identity primary key,
  opaque_id text not null unique,
  organization_id bigint not null references organization (id) on delete cascade,
  customer_id bigint, -- who made it, and with whose membership it ends; null for the operator's
  created_by text not null,
  name text not null,
  role text not null check (role in ('admin', 'member', 'viewer')),
  digest bytea not null unique,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  unique (organization_id, name), -- the audit log tells them apart by it
  foreign key (organization_id, customer_id) references membership (organization_id, customer_id) on delete cascade
);
create index on api_token (organization_id, customer_id);
