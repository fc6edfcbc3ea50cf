-- Besides what is odd about a table: that somebody wants to know what is kept of him (subject: the provider's id of the request).
alter table finding drop constraint finding_cause_check;
alter table finding add constraint finding_cause_check check (cause in ('version', 'column', 'data_request'));

alter table alert drop constraint alert_cause_check;
alter table alert
  add constraint alert_cause_check
    check (cause in ('rejected', 'failed', 'credential', 'stopped', 'version', 'column', 'data_request'));
