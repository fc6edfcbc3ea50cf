-- A code is told apart by who asked for it, so that who asks or guesses in vain spoils no one else's.
drop index one_time_password_email_idx;
create index on one_time_password (email) where ended_at is null;
alter table one_time_password add column source text not null default '';

-- Windows have different lengths.
alter table attempt add column until timestamptz not null default now();
alter table attempt alter column until drop default;
drop index attempt_since_idx;
create index on attempt (until);
