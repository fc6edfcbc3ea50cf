-- What every organization's database has besides the organization's tables. Databases that were made before there were versions have
-- all of this, some of it, or none; so this version, and only this one, takes what it finds.
create sequence if not exists webhookdb.changes;

-- A row for each table, which its writers lock in turn.
create table if not exists webhookdb.writer (written regclass primary key);

-- Columns that are filled in old rows behind the writers' backs.
create table if not exists webhookdb.column_fill (
  table_name text not null,
  column_name text not null,
  next_pk bigint not null,
  primary key (table_name, column_name)
);

-- Which names the tables of integrations had.
create table if not exists webhookdb.renamed (
  integration_id bigint not null,
  table_name text not null,
  primary key (integration_id, table_name)
);

-- Locked by whoever makes, renames or drops tables and views; holds nothing.
create table if not exists webhookdb.door ();

-- While the organization moves out: which rows were written.
create table if not exists webhookdb.moving (
  id bigserial primary key,
  table_name text not null,
  pk bigint not null
);

create or replace function webhookdb.follow() returns trigger language plpgsql as $function$
begin
  insert into webhookdb.moving (table_name, pk) values (tg_table_name, new.pk);
  return null;
end $function$;

create or replace function webhookdb.moved() returns trigger language plpgsql as $function$
begin
  raise exception using errcode = '57M01', message = 'the organization is moving to another database: what is to be written waits for that';
end $function$;

-- While an organization moves in: the host that copies.
create table if not exists webhookdb.mover (host uuid not null);
