-- What the first builds made, before writers locked a row, tables were renamed, and there was a door.
create schema if not exists webhookdb;
create sequence if not exists webhookdb.changes;
create table if not exists webhookdb.column_fill (
  table_name text not null, column_name text not null, next_pk bigint not null,
  primary key (table_name, column_name));
create table if not exists public."things" (pk bigserial primary key, "thing_id" text unique not null, "amount" integer, data jsonb not null, _as_of timestamptz not null, _rank smallint not null, _seen bigint[] not null, _change bigint not null);
create index if not exists "things_amount_idx" on public."things" ("amount");
insert into things (thing_id, amount, data, _as_of, _rank, _seen, _change)
values ('th_1', 1, '{"id": "th_1", "amount": 1}', '2026-01-01', 1, '{1}', nextval('webhookdb.changes')),
       ('th_2', 2, '{"id": "th_2", "amount": 2}', '2026-01-02', 0, '{}', nextval('webhookdb.changes'));
insert into webhookdb.column_fill values ('things', 'amount', 1);
