package dev.webhookdb.alert;

import dev.webhookdb.mail.Mailer;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells organizations of trouble, one or more hosts together. What is to be sent is written down in the transaction that says it was
 * told, so that nothing is told twice and nothing is forgotten. Thread-safe.
 */
public final class Alerts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
    /** An alert that was not delivered by then is old news. */
    private static final Duration LIFETIME = Duration.ofDays(1);

    private final Database platform;
    private final Optional<Mailer> mailer;
    private final Deliveries deliveries;
    private final Clock clock;
    private final URI publicUrl;
    private final BackgroundTask looking;

    private Alerts(
            Database platform,
            Optional<Mailer> mailer,
            Deliveries deliveries,
            Clock clock,
            URI publicUrl,
            BackgroundTasks tasks,
            Duration pause) {
        this.platform = platform;
        this.mailer = mailer;
        this.deliveries = deliveries;
        this.clock = clock;
        this.publicUrl = publicUrl;
        this.looking = tasks.start("alerts", pause, this::look);
    }

    /**
     * Begins to look for trouble.
     *
     * @param mailer brings it to the admins
     * @param deliveries brings it to error handlers
     * @param pause between two looks
     */
    public static Alerts start(
            Database platform,
            Optional<Mailer> mailer,
            Deliveries deliveries,
            Clock clock,
            URI publicUrl,
            BackgroundTasks tasks,
            Duration pause) {
        return new Alerts(platform, mailer, deliveries, clock, publicUrl, tasks, pause);
    }

    @Override
    public void close() {
        looking.close();
    }

    private void look() {
        Instant now = clock.instant();
        platform.run(session -> {
            if (isAlone(session)) {
                Detector.find(session, now).forEach(trouble -> tell(session, trouble, now));
                Detector.forget(session, now);
            }
        });
        deliveries.deliver();
    }

    /** Two hosts that look at the same time would both tell. */
    private static boolean isAlone(Session session) {
        return session.sql("select pg_try_advisory_xact_lock(hashtextextended('webhookdb.alerts', 0)) as alone")
                .one(row -> row.flag("alone"));
    }

    private void tell(Session session, Trouble trouble, Instant now) {
        LOG.warn("{} ({}): {}", trouble.sentence(), trouble.organizationKey(), trouble.reason());
        Alert alert = session.sql("""
                        insert into alert (organization_id, cause, subject, created_at)
                        values (:organization, :cause, :subject, :now) returning id, event_id::text as event_id""")
                .bind("organization", trouble.organizationId())
                .bind("cause", trouble.cause().text())
                .bind("subject", trouble.subject())
                .bind("now", now)
                .one(row -> new Alert(row.number("id"), row.text("event_id")));
        session.sql("""
                        insert into alert_delivery (alert_id, handler_id, notice, due_at, expires_at)
                        select :alert, id, :notice, :now, :expires from error_handler where organization_id = :organization""")
                .bind("alert", alert.id())
                .bind("notice", Notice.json(alert.eventId(), now, trouble))
                .bind("now", now)
                .bind("expires", now.plus(LIFETIME))
                .bind("organization", trouble.organizationId())
                .execute();
        mailer.ifPresent(sender -> admins(session, trouble)
                .forEach(admin -> sender.send(session, Notice.letter(admin, publicUrl, trouble))));
    }

    private static List<String> admins(Session session, Trouble trouble) {
        return session.sql("""
                        select customer.email from membership join customer on customer.id = membership.customer_id
                        where membership.organization_id = :organization and membership.role = 'admin'""").bind("organization", trouble.organizationId()).list(row -> row.text("email"));
    }

    private record Alert(long id, String eventId) {}
}
