package dev.webhookdb.notify;

import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.mail.Mailer;
import dev.webhookdb.notify.Queued.Attempted;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.NotifyMetrics;
import dev.webhookdb.outbound.Delivered;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.queue.GroupCommit;
import dev.webhookdb.queue.Lease;
import dev.webhookdb.queue.LeasedQueue;
import dev.webhookdb.queue.QueueListener;
import dev.webhookdb.queue.QueueWorker;
import dev.webhookdb.queue.Result;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.trace.Span;
import dev.webhookdb.trace.SpanKind;
import dev.webhookdb.trace.Trace;
import dev.webhookdb.trace.Tracing;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers events to endpoints, one or more hosts together. A host that dies in between delivers again what it had in hand, with the same
 * {@code webhook-id}. Thread-safe.
 */
public final class Sender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

    /** More than an attempt takes. */
    private static final Duration LEASE = Duration.ofSeconds(45);

    private static final int AT_ONCE = 256;
    private static final int MOST_PER_COMMIT = 128;
    private static final Duration GATHERING = Duration.ofMillis(4);
    private static final Duration GIVING_UP = Duration.ofSeconds(30);
    private static final int LARGE_AT_ONCE = 8;

    /** Only for what the host itself cannot do, which is given up after the third death. */
    private static final RetryPolicy RETRIES =
            RetryPolicy.of(Pauses.doubling(Duration.ofMinutes(1), Duration.ofHours(1)));

    private final Means means;
    private final KnownSubscriptions subscriptions;
    private final EventRequests requests;
    private final NotifyMetrics metrics;
    private final Semaphore large = new Semaphore(LARGE_AT_ONCE);
    private final GroupCommit<Attempted, Boolean> settlements;
    private final QueueWorker<Queued> worker;
    private final BackgroundTask givingUp;
    private final NotifyGauge gauge;

    /**
     * What a sender needs of the host it runs on.
     *
     * @param mailer brings what is said of endpoints that fail to people; without one they are told by events only
     * @param publicUrl where events can be fetched
     * @param disableAfter how long an endpoint has to fail until it is disabled
     * @param tracing told of each attempt
     */
    public record Means(
            Database platform,
            Sealer sealer,
            Outbound outbound,
            Signatures signatures,
            Optional<Mailer> mailer,
            URI publicUrl,
            Duration disableAfter,
            Clock clock,
            Tracing tracing) {}

    private Sender(Means means, WakeUps wakeUps, BackgroundTasks tasks, NotifyMetrics metrics) {
        this.means = means;
        this.metrics = metrics;
        this.subscriptions = new KnownSubscriptions(means.platform(), means.sealer());
        this.requests = new EventRequests(means.outbound(), means.signatures(), means.publicUrl(), means.clock());
        LeasedQueue<Queued> queue =
                new LeasedQueue<>(means.platform(), Queued.TABLE, Queued::read, LEASE, RETRIES, QueueListener.NONE);
        var failing = new FailingEndpoints(means.mailer(), means.disableAfter());
        this.settlements = new GroupCommit<>(
                "delivery-settle", MOST_PER_COMMIT, new Settlements(means.platform(), queue, failing)::write, tasks);
        this.givingUp = tasks.start("delivery-give-up", GIVING_UP, this::giveUp);
        this.gauge = new NotifyGauge(means.platform(), metrics, tasks);
        this.worker = QueueWorker.start(queue, AT_ONCE, GATHERING, new Delivering(), wakeUps, tasks);
    }

    /** Begins to deliver what is queued. */
    public static Sender start(Means means, WakeUps wakeUps, BackgroundTasks tasks, NotifyMetrics metrics) {
        return new Sender(means, wakeUps, tasks, metrics);
    }

    private void giveUp() {
        long given = GivenUp.all(means.platform());
        if (given > 0) {
            LOG.info("{} deliveries were given up", given);
        }
    }

    /** Looks for deliveries at once. */
    public void wake() {
        worker.wake();
    }

    @Override
    public void close() {
        worker.close();
        settlements.close();
        givingUp.close();
        gauge.close();
    }

    /** What is done with a delivery whose turn it is. */
    private final class Delivering implements QueueWorker.Work<Queued> {
        @Override
        public Result attempt(Lease<Queued> lease) throws InterruptedException {
            try {
                return made(lease);
            } catch (DatabaseException e) {
                LOG.info("A delivery waits for the database: {}", e.getMessage());
                return new Result.Released();
            }
        }

        private Result made(Lease<Queued> lease) throws InterruptedException {
            Optional<Subscription> subscription = subscriptions.find(lease.payload());
            if (subscription.isEmpty()) {
                // its deliveries go with it
                return new Result.Done();
            }
            Attempted attempted;
            try (Span span = trace(lease.payload()).span("event deliver", SpanKind.CLIENT)) {
                attempted = attempted(lease, subscription.get(), span);
                tell(span, attempted);
            }
            metrics.attempted(attempted.verdict().outcome(), Duration.ofMillis(attempted.milliseconds()));
            return new Result.Together(() -> settled(attempted));
        }

        @Override
        public void poisoned(Lease<Queued> lease) {
            givingUp.wake();
        }
    }

    /** The webhook's that led to it, else one that all attempts to tell of the event share. */
    private Trace trace(Queued queued) {
        return queued.webhook().isPresent()
                ? means.tracing().webhook(queued.webhook().getAsLong())
                : means.tracing().event(queued.organization(), queued.eventNumber());
    }

    /** The path of an endpoint's URL may be what its owner keeps secret. */
    private void tell(Span span, Attempted attempted) {
        if (!means.tracing().isOn()) {
            return;
        }
        Queued queued = attempted.lease().payload();
        URI url = URI.create(attempted.subscription().endpoint().url());
        span.with("http.request.method", "POST")
                .with("server.address", Optional.ofNullable(url.getHost()).orElse(""))
                .with("webhookdb.organization", queued.organization())
                .with("webhookdb.subscription", attempted.subscription().opaqueId())
                .with("webhookdb.delivery_id", DeliveryId.of(attempted.lease().key()))
                .with("webhookdb.attempt", attempted.lease().attempts())
                .with("webhookdb.outcome", attempted.verdict().outcome().name().toLowerCase(Locale.ROOT));
        queued.eventId().ifPresent(id -> span.with("webhookdb.event_id", id));
        queued.eventType().ifPresent(type -> span.with("webhookdb.event_type", type));
        queued.webhook().ifPresent(id -> span.with("webhookdb.webhook_id", id));
        boolean answered = attempted.responseCode() != Attempted.NO_ANSWER;
        if (answered) {
            span.with("http.response.status_code", attempted.responseCode());
        }
        if (attempted.verdict().error().isPresent()) {
            span.failed(answered ? Integer.toString(attempted.responseCode()) : "no_answer");
        }
    }

    private boolean settled(Attempted attempted) {
        boolean held = settlements.write(attempted);
        if (attempted.verdict().kind() == Verdict.Kind.UNWANTED) {
            givingUp.wake();
        }
        return held;
    }

    private Attempted attempted(Lease<Queued> lease, Subscription subscription, Span span) throws InterruptedException {
        Queued queued = lease.payload();
        Instant startedAt = means.clock().instant();
        if (lease.attempts() == 1 && !queued.replay()) {
            metrics.firstAttempt(Duration.between(queued.eventAt(), startedAt));
        }
        try {
            if (queued.eventId().isEmpty()) {
                return Attempted.without(lease, subscription, Verdict.gone(), startedAt);
            }
            if (queued.body().isPresent()) {
                return sent(lease, subscription, queued.body().get(), startedAt, span);
            }
            large.acquire();
            try {
                Optional<String> body = body(queued);
                return body.isEmpty()
                        ? Attempted.without(lease, subscription, Verdict.gone(), startedAt)
                        : sent(lease, subscription, body.get(), startedAt, span);
            } finally {
                large.release();
            }
        } catch (DatabaseException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("A delivery to {} met an error", subscription.opaqueId(), e);
            return Attempted.without(lease, subscription, Verdict.defect(e), startedAt);
        }
    }

    private Attempted sent(Lease<Queued> lease, Subscription subscription, String body, Instant startedAt, Span span)
            throws InterruptedException {
        Queued queued = lease.payload();
        var told = new EventRequests.Told(
                queued.eventId().orElseThrow(),
                queued.eventType().orElseThrow(),
                body,
                lease.attempts(),
                queued.replay());
        Map<String, String> context =
                span.traceparent().map(header -> Map.of("traceparent", header)).orElse(Map.of());
        Delivered delivered = requests.send(subscription, told, context);
        return Attempted.of(
                lease, subscription, delivered, startedAt, means.clock().instant());
    }

    private Optional<String> body(Queued queued) {
        return means.platform()
                .transaction(session -> session.sql("""
                        select body from event where organization_id = :organization and number = :number and created_at = :at""")
                        .bind("organization", queued.organization())
                        .bind("number", queued.eventNumber())
                        .bind("at", queued.eventAt())
                        .first(row -> row.text("body")));
    }
}
