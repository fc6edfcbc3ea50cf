-- The column 'data' of the row after a change, for which the rest need not be unpacked and packed again. NULL where 'content' has it, because a
-- host wrote it that did not know yet.
alter table webhookdb.change add column data jsonb;
