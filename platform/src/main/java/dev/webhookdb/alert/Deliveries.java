package dev.webhookdb.alert;

import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.queue.Lease;
import dev.webhookdb.queue.LeasedQueue;
import dev.webhookdb.queue.QueueListener;
import dev.webhookdb.queue.QueueTable;
import dev.webhookdb.queue.QueueWorker;
import dev.webhookdb.queue.Result;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.retry.Failure;
import dev.webhookdb.retry.Failure.Kind;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings alerts to error handlers: again and again until they take it, or a day is over. What goes to an address that no key opens is
 * parked. Thread-safe.
 */
public final class Deliveries implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    private static final QueueTable TABLE = QueueTable.of(
                    "alert_delivery",
                    "organization_id",
                    QueueTable.Type.NUMBER,
                    "notice",
                    "(select opaque_id from error_handler where error_handler.id = handler_id) as handler",
                    "(select sealed_url from error_handler where error_handler.id = handler_id) as sealed_url")
            .parkedFor(Duration.ofDays(7));

    /** More than an error handler gets to answer. */
    private static final Duration LEASE = Duration.ofMinutes(5);

    private static final Duration LONGEST_DELAY = Duration.ofHours(1);
    private static final int AT_ONCE = 8;

    private final Sealer sealer;
    private final Outbound outbound;
    private final LeasedQueue<Delivery> queue;
    private final QueueWorker<Delivery> worker;

    private Deliveries(
            Database platform,
            Sealer sealer,
            Outbound outbound,
            WakeUps wakeUps,
            BackgroundTasks tasks,
            Duration firstDelay) {
        this.sealer = sealer;
        this.outbound = outbound;
        RetryPolicy retries = RetryPolicy.of(Pauses.doubling(firstDelay, LONGEST_DELAY));
        this.queue = new LeasedQueue<>(platform, TABLE, Delivery::read, LEASE, retries, QueueListener.NONE);
        this.worker = QueueWorker.start(queue, AT_ONCE, new Delivering(), wakeUps, tasks);
    }

    /**
     * Begins to deliver.
     *
     * @param firstDelay after the first failure; it doubles with each
     */
    public static Deliveries start(
            Database platform,
            Sealer sealer,
            Outbound outbound,
            WakeUps wakeUps,
            BackgroundTasks tasks,
            Duration firstDelay) {
        return new Deliveries(platform, sealer, outbound, wakeUps, tasks, firstDelay);
    }

    /**
     * Queues an alert for each error handler of its organization, together with what says that it was told.
     *
     * @param notice what is sent, as JSON
     * @param lifetime after which it is old news
     */
    void add(Session session, long alert, long organization, String notice, Duration lifetime) {
        session.sql("""
                        insert into alert_delivery (alert_id, handler_id, organization_id, notice, due_at, expires_at)
                        select :alert, id, organization_id, :notice, clock_timestamp(),
                          clock_timestamp() + :lifetime * interval '1 millisecond'
                        from error_handler where organization_id = :organization""")
                .bind("alert", alert)
                .bind("notice", notice)
                .bind("lifetime", lifetime.toMillis())
                .bind("organization", organization)
                .execute();
        queue.added(session);
    }

    @Override
    public void close() {
        worker.close();
    }

    /** What is done with an alert whose turn it is. */
    private final class Delivering implements QueueWorker.Work<Delivery> {
        @Override
        public Result attempt(Lease<Delivery> lease) throws InterruptedException {
            Delivery delivery = lease.payload();
            Target target;
            try {
                target = Target.parse(sealer.open(delivery.sealedUrl()));
            } catch (RuntimeException e) {
                // opened here and not when it is claimed: one that cannot be opened must not keep the others from being
                // delivered
                String reason = "its URL is sealed with a key that this host does not have: " + e.getMessage();
                LOG.warn("An alert to {} is put aside: {}", delivery.handler(), reason);
                return new Result.Parked(reason);
            }
            return delivered(target, delivery);
        }

        @Override
        public void expired(Lease<Delivery> lease) {
            LOG.warn(
                    "An alert to {} was given up: it is old news",
                    lease.payload().handler());
        }
    }

    private Result delivered(Target target, Delivery delivery) throws InterruptedException {
        try {
            int status = post(target, delivery.notice());
            if (status / 100 == 2) {
                return new Result.Done();
            }
            return refused(delivery, "%s answered %d".formatted(target.url().getHost(), status));
        } catch (IOException e) {
            return refused(delivery, e.getMessage());
        }
    }

    private static Result refused(Delivery delivery, String reason) {
        LOG.info("An alert to {} is tried again later: {}", delivery.handler(), reason);
        return new Result.Failed(Failure.of(Kind.TRANSIENT), reason);
    }

    private int post(Target target, String notice) throws IOException, InterruptedException {
        return switch (target) {
            case Target.Plain plain -> {
                Map<String, String> headers = new LinkedHashMap<>(Map.of("Content-Type", "application/json"));
                plain.authorization().ifPresent(value -> headers.put("Authorization", value));
                yield outbound.post(plain.url(), headers, notice.getBytes(StandardCharsets.UTF_8));
            }
            case Target.Sentry sentry ->
                outbound.post(
                        sentry.url(),
                        Sentry.headers(sentry.key()),
                        Sentry.envelope(JsonReader.read(notice.getBytes(StandardCharsets.UTF_8))));
        };
    }

    /** @param handler the error handler's opaque id */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes never change
    private record Delivery(String handler, byte[] sealedUrl, String notice) {
        private static Delivery read(Row row) {
            return new Delivery(row.text("handler"), row.bytes("sealed_url"), row.text("notice"));
        }
    }
}
