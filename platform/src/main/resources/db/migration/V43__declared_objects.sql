-- What files say exists: which thing is meant by what a file calls it. Written by whichever host applies files.
create table declared_object (
  organization_id bigint not null references organization on delete cascade,
  kind text not null,
  name text not null,
  -- svi_..., wh_..., an address, a view's name: whatever tells it from others of its kind and organization
  object_id text not null,
  file text not null,
  -- whether it came to be by a file; what was there before is given back, and not deleted, when no file has it any more
  created boolean not null,
  primary key (organization_id, kind, name),
  unique (organization_id, kind, object_id)
);

-- One host at a time applies files.
create table declaration_lease (
  singleton boolean primary key default true check (singleton),
  holder text,
  until timestamptz not null default '-infinity'
);
insert into declaration_lease default values;
