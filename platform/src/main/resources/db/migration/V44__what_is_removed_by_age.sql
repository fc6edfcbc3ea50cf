-- So that what is older than is kept is found without reading the rest.
create index on audit (at);
create index on backfill_job (finished_at) where finished_at is not null;
