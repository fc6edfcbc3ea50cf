package dev.webhookdb.alert;

import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.event.AccountEvents;
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
 * Tells organizations of incident, one or more hosts together. What is to be sent is written down in the transaction that says it was
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
        deliveries.close();
    }

    private void look() {
        Instant now = clock.instant();
        platform.run(session -> {
            if (isAlone(session)) {
                Detector.find(session, now).forEach(incident -> tell(session, incident, now));
                Detector.forget(session, now);
            }
        });
    }

    /** Two hosts that look at the same time would both tell. */
    private static boolean isAlone(Session session) {
        return session.sql("select pg_try_advisory_xact_lock(hashtextextended('webhookdb.alerts', 0)) as alone")
                .one(row -> row.flag("alone"));
    }

    private void tell(Session session, Incident incident, Instant now) {
        LOG.warn("{} ({}): {}", incident.sentence(), incident.organizationKey(), incident.reason());
        Alert alert = session.sql("""
                        insert into alert (organization_id, cause, subject, created_at)
                        values (:organization, :cause, :subject, :now) returning id, event_id::text as event_id""")
                .bind("organization", incident.organizationId())
                .bind("cause", incident.cause().text())
                .bind("subject", incident.subject())
                .bind("now", now)
                .one(row -> new Alert(row.number("id"), row.text("event_id")));
        deliveries.add(
                session, alert.id(), incident.organizationId(), Notice.json(alert.eventId(), now, incident), LIFETIME);
        if (incident.cause() == Incident.Cause.REJECTED) {
            AccountEvents.note(
                    session,
                    incident.organizationId(),
                    AccountEventType.WEBHOOKS_REJECTED,
                    AccountEvents.fields(
                            "id", incident.subject(),
                            "service_name", incident.services(),
                            "table_name", incident.tables(),
                            "reason", incident.reason()));
        }
        mailer.ifPresent(sender -> admins(session, incident)
                .forEach(admin -> sender.send(session, Notice.email(admin, publicUrl, incident))));
    }

    private static List<String> admins(Session session, Incident incident) {
        return session.sql("""
                        select customer.email from membership join customer on customer.id = membership.customer_id
                        where membership.organization_id = :organization and membership.role = 'admin'""").bind("organization", incident.organizationId()).list(row -> row.text("email"));
    }

    private record Alert(long id, String eventId) {}
}
