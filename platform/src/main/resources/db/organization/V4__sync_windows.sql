-- The rows of windows that do not fit into one page, in the order in which they are sent; dropped when the window is through.
create table webhookdb.sync_window (
  target_id bigint not null,
  -- up to which change the window goes: another window of the same target has another list
  until_change bigint not null,
  place bigint not null,
  key text not null,
  primary key (target_id, until_change, place)
);
