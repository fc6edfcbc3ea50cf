-- Which version the schema "webhookdb" of the organization's database has; 0 where nobody has looked yet. Hosts look here before they use
-- the database, so that they need not ask it.
alter table organization_database add column schema_version integer not null default 0;
-- Why it could not be brought to the newest version, for the operator.
alter table organization_database add column schema_problem text;
