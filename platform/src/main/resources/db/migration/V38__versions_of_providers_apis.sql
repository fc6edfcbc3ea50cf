-- At which version of the provider's API a webhook was written, where the provider says so; and that of an endpoint's latest webhook.
-- The log has no check, for which all of it would be read.
alter table webhook add column api_version text;

alter table endpoint
  add column api_version text check (length(api_version) <= 64),
  add column api_version_seen_at timestamptz;

-- What is odd about an integration's table, of which its organization is told once: that columns are known to be NULL at a version of the
-- provider's API (subject: the version), or that a column which had values has none any more (subject: the column).
create table finding (
  integration_id bigint not null references integration on delete cascade,
  cause text not null check (cause in ('version', 'column')),
  subject text not null,
  reason text not null,
  found_at timestamptz not null default now(),
  told_at timestamptz,
  primary key (integration_id, cause, subject)
);

create index on finding (found_at) where told_at is null;

alter table alert drop constraint alert_cause_check;
alter table alert
  add constraint alert_cause_check check (cause in ('rejected', 'failed', 'credential', 'stopped', 'version', 'column'));
