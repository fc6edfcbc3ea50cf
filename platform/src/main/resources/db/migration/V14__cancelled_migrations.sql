-- Who asked for a move may think better of it.
alter table database_migration
  add column cancelled_at timestamptz, -- when that was said; the move ends at its next step
  drop constraint database_migration_state_check,
  add constraint database_migration_state_check
    check (state in ('enqueued', 'in_progress', 'finished', 'failed', 'cancelled'));
