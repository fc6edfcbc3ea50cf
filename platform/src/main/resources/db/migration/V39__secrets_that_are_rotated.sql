-- While a provider goes over to another secret, the one before verifies as well, until its end.
alter table setting
  add column sealed_old_value bytea,
  add column old_until timestamptz,
  add constraint setting_old_value_has_an_end check ((sealed_old_value is null) = (old_until is null));
create index on setting (old_until) where old_until is not null;
