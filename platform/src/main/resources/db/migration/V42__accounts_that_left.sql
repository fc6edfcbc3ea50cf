-- A provider wants an account forgotten that no integration is set up for (subject: its name).
alter table finding drop constraint finding_cause_check;
alter table finding add constraint finding_cause_check check (cause in ('version', 'column', 'data_request', 'account'));

alter table alert drop constraint alert_cause_check;
alter table alert
  add constraint alert_cause_check
    check (cause in ('rejected', 'failed', 'credential', 'stopped', 'version', 'column', 'data_request', 'account'));
