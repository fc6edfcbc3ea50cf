-- Which version of the restrictions on the reader an organization's database has: those of before get them when a host starts.
alter table organization_database add column restrictions integer not null default 0;
