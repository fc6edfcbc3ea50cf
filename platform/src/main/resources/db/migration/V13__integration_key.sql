-- With it a program may push an integration's resources, and nothing else. Null until somebody asks for one.
alter table integration add column sealed_api_key bytea;
