-- Nobody searches the arrays of segments, and ANALYZE would unpack all of them, which took seconds of a processor while webhooks came in.
-- Partitions that are made later take this over from here.
do $$
declare
  one regclass;
  property name;
begin
  for one in
    select 'webhook_segment'::regclass
    union all
    select inhrelid::regclass from pg_inherits where inhparent = 'webhook_segment'::regclass
  loop
    for property in
      select attname from pg_attribute join pg_type on pg_type.oid = atttypid
      where attrelid = one and attnum > 0 and not attisdropped and typcategory = 'A'
    loop
      execute format('alter table %s alter column %I set statistics 0', one, property);
    end loop;
  end loop;
end $$;
