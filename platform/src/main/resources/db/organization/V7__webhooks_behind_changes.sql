-- Which webhook led to a change: its number in the platform's log. NULL where none did, or a host wrote it that did not know yet.
alter table webhookdb.change add column webhook_id bigint;
