-- What a comparison with the provider has listed so far: a hash for each key, gone when it ends. Both tables are unlogged, so that after a
-- crash, in a copy or in another database there is neither, and who finds no row in the first one knows that the second one is not whole.
create unlogged table webhookdb.comparison (
  id bigint primary key,
  integration_id bigint not null,
  after_change bigint not null -- the latest change number when it began
);
create unlogged table webhookdb.listed (
  comparison_id bigint not null,
  key text not null,
  as_of timestamptz not null,
  version timestamptz, -- the provider's own time of modification, if it has one
  content bigint, -- a hash; null of what is deleted
  deleted boolean not null,
  primary key (comparison_id, key)
);
