-- What a backfill could not read although it succeeded, in a sentence: the provider lists no more, or a permission is missing.
alter table backfill_job add column unread text;
