-- Which webhook led to an event: its number in the log. NULL where none did, or a host wrote it that did not know yet.
alter table event add column webhook_id bigint;
