-- An organization whose only trace is that somebody was at the door, as builds before versions left it.
create schema if not exists webhookdb;
create table if not exists webhookdb.door ();
