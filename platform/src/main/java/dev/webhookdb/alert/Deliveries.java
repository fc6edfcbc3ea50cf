package dev.webhookdb.alert;

import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.schedule.Doubling;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings alerts to error handlers: again and again until they take it, or a day is over. Thread-safe. */
public final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    /** More than an error handler gets to answer. */
    private static final Duration CLAIMED = Duration.ofMinutes(5);

    private static final Duration LONGEST_DELAY = Duration.ofHours(1);
    private static final int AT_ONCE = 8;

    private final Database platform;
    private final Sealer sealer;
    private final Outbound outbound;
    private final Clock clock;
    private final Doubling doubling;

    /** @param firstDelay after the first failure; it doubles with each */
    public Deliveries(Database platform, Sealer sealer, Outbound outbound, Clock clock, Duration firstDelay) {
        this.platform = platform;
        this.sealer = sealer;
        this.outbound = outbound;
        this.clock = clock;
        this.doubling = new Doubling(firstDelay, LONGEST_DELAY);
    }

    /** Delivers what is due, and returns when all of it was tried. */
    void deliver() {
        for (List<Delivery> due = claim(); !due.isEmpty(); due = claim()) {
            try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
                due.forEach(delivery -> each.execute(() -> attempt(delivery)));
            }
        }
    }

    private List<Delivery> claim() {
        return platform.transaction(session -> session.sql("""
                        update alert_delivery as delivery set due_at = :until, attempts = attempts + 1
                        from error_handler as handler
                        where handler.id = delivery.handler_id and delivery.id in (
                          select id from alert_delivery where due_at <= :now order by due_at limit :most for update skip locked)
                        returning delivery.id, delivery.notice, delivery.attempts, delivery.expires_at, handler.sealed_url,
                          handler.opaque_id as handler""")
                .bind("until", clock.instant().plus(CLAIMED))
                .bind("now", clock.instant())
                .bind("most", AT_ONCE)
                .list(Deliveries::read));
    }

    private void attempt(Delivery delivery) {
        try {
            if (clock.instant().isAfter(delivery.expiresAt())) {
                giveUp(delivery, "it is old news");
                return;
            }
            Target target = target(delivery);
            int status = post(target, delivery.notice());
            if (status / 100 != 2) {
                throw new IOException("%s answered %d".formatted(target.url().getHost(), status));
            }
            remove(delivery);
        } catch (IOException e) {
            postpone(delivery, e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("An alert to {} was not delivered, and is tried again later", delivery.handler(), e);
        }
    }

    /** Opened here and not when it is claimed: one that cannot be opened must not keep the others from being delivered. */
    private Target target(Delivery delivery) throws IOException {
        try {
            return Target.parse(sealer.open(delivery.sealedUrl()));
        } catch (RuntimeException e) {
            throw new IOException(
                    "its URL is sealed with a key that this host does not have: %s".formatted(e.getMessage()), e);
        }
    }

    private int post(Target target, String notice) throws IOException {
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

    private void postpone(Delivery delivery, String reason) {
        Instant next = clock.instant().plus(doubling.after(delivery.attempts()));
        if (next.isAfter(delivery.expiresAt())) {
            giveUp(delivery, reason);
            return;
        }
        LOG.info("An alert to {} is tried again at {}: {}", delivery.handler(), next, reason);
        platform.run(session -> session.sql("update alert_delivery set due_at = :next, error = :error where id = :id")
                .bind("next", next)
                .bind("error", reason)
                .bind("id", delivery.id())
                .execute());
    }

    private void giveUp(Delivery delivery, String reason) {
        LOG.warn("An alert to {} was given up: {}", delivery.handler(), reason);
        remove(delivery);
    }

    private void remove(Delivery delivery) {
        platform.run(session -> session.sql("delete from alert_delivery where id = :id")
                .bind("id", delivery.id())
                .execute());
    }

    private static Delivery read(Row row) {
        return new Delivery(
                row.number("id"),
                row.text("handler"),
                row.bytes("sealed_url"),
                row.text("notice"),
                row.integer("attempts"),
                row.instant("expires_at"));
    }

    /** @param handler the error handler's opaque id */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes never change
    private record Delivery(
            long id, String handler, byte[] sealedUrl, String notice, int attempts, Instant expiresAt) {}
}
