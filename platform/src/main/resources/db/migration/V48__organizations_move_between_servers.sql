-- An organization may move to another of the configured servers, where a database is made for it.
alter table database_migration
  add column server text, -- the name of that server; null where the organization brings its database
  add column host text, -- where the server was when the move was asked for
  add column port integer,
  add column database_name text, -- of its two roles, sealed_url and sealed_reader_url have the passwords, and nothing else
  add column made_at timestamptz; -- since when the database is there, with its roles

-- What is made for a move is written down first, and dropped if the move ends without it.
alter table retired_database
  add column migration_id bigint; -- no reference: what was made is to be dropped also when the organization is not there any more
