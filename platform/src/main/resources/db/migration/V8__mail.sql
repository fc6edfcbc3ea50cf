-- Messages that are not sent yet; a row is invisible to other hosts until due_at. Bodies hold one-time passwords, so they are sealed.
create table mail (
  id bigint generated always as identity primary key,
  message_id text not null,
  recipient text not null,
  subject text not null,
  sealed_body bytea not null,
  due_at timestamptz not null,
  expires_at timestamptz not null, -- from when on it is not worth to be sent
  attempts integer not null default 0,
  error text -- why the last attempt did not succeed
);
create index on mail (due_at);
