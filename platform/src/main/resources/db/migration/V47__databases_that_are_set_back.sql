-- Events are found by their id, which says when they happened. They are stored nearly in that order.
create index event_occurred_at_idx on event using brin (occurred_at);

-- Whether the rows of the window that is under way may have been sent before.
alter table sync_progress add column window_replay boolean not null default false;
