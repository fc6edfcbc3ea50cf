package dev.webhookdb.doctor;

import dev.webhookdb.sql.Database;
import java.util.List;

/** What waits in the platform's database and should not: webhooks, alerts and mail. */
final class BacklogCheck {
    static final String NAME = "backlog";

    /** By then a server that works has taken them. */
    private static final int MINUTES = 5;

    private final Database platform;

    BacklogCheck(Database platform) {
        this.platform = platform;
    }

    /**
     * What waits.
     *
     * @param minutes for how long the oldest that is overdue has been so
     */
    private record Backlog(long waiting, long overdue, long minutes, long retried, long alerts, long mail) {}

    List<Finding> examine() {
        Backlog backlog = platform.transaction(session -> session.sql("""
                        select (select count(*) from webhook_queue) as waiting, overdue, coalesce(minutes, 0) as minutes,
                               (select count(*) from webhook_queue where reason is not null) as retried,
                               (select count(*) from alert_delivery where reason is not null) as alerts,
                               (select count(*) from mail where reason is not null) as mail
                          from (select count(*) as overdue,
                                       (extract(epoch from clock_timestamp() - min(due_at)) / 60)::bigint as minutes
                                  from webhook_queue
                                 where due_at < clock_timestamp() - make_interval(mins => :minutes)) as late""")
                .bind("minutes", MINUTES)
                .one(row -> new Backlog(
                        row.number("waiting"),
                        row.number("overdue"),
                        row.number("minutes"),
                        row.number("retried"),
                        row.number("alerts"),
                        row.number("mail"))));
        Findings findings = new Findings(NAME);
        if (backlog.overdue() > 0) {
            findings.warning(
                    "%s to be stored, the first for %d min."
                            .formatted(
                                    Findings.count(
                                            backlog.overdue(),
                                            "webhook has been waiting",
                                            "webhooks have been waiting"),
                                    backlog.minutes()),
                    "Start a server, or see in its log and at /metrics what keeps it busy.");
        }
        if (backlog.retried() > 0) {
            findings.warning(
                    "%s be stored and will be tried again."
                            .formatted(Findings.count(backlog.retried(), "webhook could not", "webhooks could not")),
                    "'webhookdb logs --state pending' shows the reasons.");
        }
        if (backlog.alerts() > 0) {
            findings.warning(
                    "%s not be delivered.".formatted(Findings.count(backlog.alerts(), "alert could", "alerts could")),
                    "The table alert_delivery has the reasons; 'webhookdb error-handler list' shows where alerts go.");
        }
        if (backlog.mail() > 0) {
            findings.warning(
                    "%s not be sent.".formatted(Findings.count(backlog.mail(), "message could", "messages could")),
                    "The table mail has the reasons; the check 'mail' says whether the mail server answers.");
        }
        return findings.orOk(
                backlog.waiting() == 0
                        ? "Nothing waits."
                        : "%s to be stored, none for long."
                                .formatted(Findings.count(backlog.waiting(), "webhook waits", "webhooks wait")));
    }
}
