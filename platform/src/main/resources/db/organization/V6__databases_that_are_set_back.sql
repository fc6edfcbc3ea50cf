-- Numbers of changes that were never given, because numbers went on behind them when a host began to use the database. Who is at a number in
-- the middle is ahead of a database that was restored from a backup.
create table webhookdb.skipped (
  after_change bigint not null,
  until_change bigint primary key -- the last one
);

-- Up to which change endpoints of HTTP Sync were sent windows. The platform's database, which knows it as well, may be restored alone.
create table webhookdb.sync_sent (
  target text primary key, -- syt_...
  until_change bigint not null
);
