-- Of some rejected requests only the beginning of the body is kept. How long the body was; null where all of it is kept. What is cut
-- cannot be verified again.
alter table webhook add column size bigint;
