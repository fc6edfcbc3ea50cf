-- People. An address is written in lower case, and was shown to be theirs before there is a row.
create table customer (
  id bigint generated always as identity primary key,
  email text not null unique,
  name text not null default '',
  created_at timestamptz not null default now()
);

-- Belongs to an address and not to a customer, so that nobody can tell from the answers whether there is one.
create table one_time_password (
  id bigint generated always as identity primary key,
  email text not null,
  salt bytea not null,
  digest bytea not null,
  expires_at timestamptz not null,
  failures integer not null default 0,
  ended_at timestamptz -- when it was used, locked, or voided by a newer one
);
create unique index on one_time_password (email) where ended_at is null;
create index on one_time_password (expires_at);

-- How often something was tried in the current window; rows of windows that are over are removed.
create table attempt (
  what text primary key,
  since timestamptz not null,
  number integer not null
);
create index on attempt (since);

-- Who holds the token is the customer. Of the token there is only the SHA-256.
create table session (
  id bigint generated always as identity primary key,
  customer_id bigint not null references customer (id) on delete cascade,
  digest bytea not null unique,
  address text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index on session (customer_id);
create index on session (expires_at);

create table membership (
  organization_id bigint not null references organization (id) on delete cascade,
  customer_id bigint not null references customer (id) on delete cascade,
  role text not null check (role in ('admin', 'member', 'viewer')),
  is_default boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (organization_id, customer_id)
);
create index on membership (customer_id);
create unique index on membership (customer_id) where is_default;

create table invitation (
  organization_id bigint not null references organization (id) on delete cascade,
  email text not null,
  role text not null check (role in ('admin', 'member', 'viewer')),
  code text not null unique,
  created_at timestamptz not null default now(),
  primary key (organization_id, email)
);
create index on invitation (email);

alter table organization add column billing_email text not null default '';
create unique index on organization (lower(name));

-- Who changed what, when and from where. Outlives what it tells of, so nothing is referenced.
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  organization_id bigint,
  email text not null,
  address text not null,
  action text not null,
  subject text not null
);
create index on audit (organization_id, id);
