-- What decides between states of one instant (ADR 1). Where it is NULL, anything known of the same instant is newer.
alter table ${table} add column if not exists _known_at timestamptz;
