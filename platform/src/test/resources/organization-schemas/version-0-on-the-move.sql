-- Besides, what the last build before versions made in a database that its organization was leaving when the host ended.
create table if not exists webhookdb.moving (id bigserial primary key, table_name text not null, pk bigint not null);
create or replace function webhookdb.follow() returns trigger language plpgsql as $function$
begin
  insert into webhookdb.moving (table_name, pk) values (tg_table_name, new.pk);
  return null;
end $function$;
create or replace function webhookdb.moved() returns trigger language plpgsql as $function$
begin
  raise exception using errcode = '57M01', message = 'the organization is moving to another database: what is to be written waits for that';
end $function$;
create trigger webhookdb_follow after insert or update on public.things for each row execute function webhookdb.follow();
create table webhookdb.closed ();
create or replace trigger webhookdb_moved before insert or update or delete on public.things for each statement execute function webhookdb.moved();
