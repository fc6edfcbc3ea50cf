package dev.webhookdb.ledger;

import dev.webhookdb.observe.AuditMetrics;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the books of accepted webhooks with the queue again and again, one of all hosts at a time. Thread-safe. */
public final class Auditor implements AutoCloseable {
    /** Adding up takes a second for a million rows; a queue may have as many. */
    static final Duration LIMIT = Duration.ofSeconds(20);

    /** With the pause between two looks for alerts, a loss is told within two minutes. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Auditor.class);

    private final Database platform;
    private final AuditMetrics metrics;
    private final BackgroundTask auditing;

    private Auditor(Database platform, AuditMetrics metrics, BackgroundTasks tasks) {
        this.platform = platform;
        this.metrics = metrics;
        this.auditing = tasks.start("webhook-auditor", PAUSE, this::look);
    }

    /** Begins to compare, at once and every 30 s. */
    public static Auditor start(Database platform, AuditMetrics metrics, BackgroundTasks tasks) {
        return new Auditor(platform, metrics, tasks);
    }

    /** What another host found is told here as well. */
    private void look() {
        audit(platform);
        List<Imbalance> open = Imbalance.open(platform);
        metrics.replace(Imbalance.lost(open), Imbalance.surplus(open));
    }

    /** Compares once, and returns what was found for the first time; nothing if another host is at it. */
    public static List<Imbalance> audit(Database platform) {
        List<Imbalance> found = platform.transaction(LIMIT, session -> isAlone(session) ? books(session) : List.of());
        found.forEach(Auditor::log);
        return found;
    }

    private static List<Imbalance> books(Session session) {
        Books.fold(session);
        Books.forget(session);
        List<Imbalance> found = Books.unexplained(session);
        Books.note(session, found);
        return found;
    }

    /** Two hosts that compare at the same time would both write down what they find. */
    private static boolean isAlone(Session session) {
        return session.sql("select pg_try_advisory_xact_lock(hashtextextended('webhookdb.auditor', 0)) as alone")
                .one(row -> row.flag("alone"));
    }

    private static void log(Imbalance found) {
        if (found.isSurplus()) {
            LOG.error(
                    "Webhooks to {}, received in the hour from {} on, that were counted twice: {}. Please report this defect",
                    found.endpoint(),
                    found.hour(),
                    -found.webhooks());
            return;
        }
        LOG.error(
                "Webhooks to {}, received in the hour from {} on, that were acknowledged and are lost: {}. '{}' stores them from the log",
                found.endpoint(),
                found.hour(),
                found.webhooks(),
                found.replay());
    }

    @Override
    public void close() {
        auditing.close();
    }
}
