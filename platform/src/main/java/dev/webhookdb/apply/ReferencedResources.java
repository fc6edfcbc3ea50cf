package dev.webhookdb.apply;

import dev.webhookdb.apply.Interpreter.Named;
import dev.webhookdb.apply.Interpreter.Undecided;
import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.store.Cause;
import dev.webhookdb.store.State;
import dev.webhookdb.store.TableWriter;
import dev.webhookdb.store.UnstorableException;
import dev.webhookdb.trace.Span;
import dev.webhookdb.trace.SpanKind;
import dev.webhookdb.trace.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches and stores resources that events only name. Thread-safe.
 *
 * <p>A provider takes its time, and a limited rate more of it: that is spent in threads of its own, a few for each endpoint, so that
 * nobody else's webhooks wait. The delivery stays in the queue meanwhile, hidden; a host that dies leaves it to the others.
 */
final class ReferencedResources implements AutoCloseable {
    /** How long a delivery is hidden from others while its resources are fetched. */
    static final Duration VISIBILITY = Duration.ofSeconds(90);

    private static final Logger LOG = LoggerFactory.getLogger(ReferencedResources.class);
    private static final int AT_ONCE_PER_ENDPOINT = 4;
    private static final int SOLES = 256;

    /** Providers' resolution, and what their clocks may differ from ours. */
    private static final Duration AN_INSTANT = Duration.ofMillis(1_200);

    private static final int MOST_UNDER_WAY = 5_000;

    private final LongFunction<Database> organizations;
    private final Tables tables;
    private final Fetcher fetcher;
    private final DeliveryRetries retries;
    private final Queue queue;
    private final InHand inHand;
    private final SettlementMetrics told;
    private final Clock clock;
    private final Tracing tracing;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("fetch-", 0).factory());
    private final Map<Long, Semaphore> turns = new ConcurrentHashMap<>();
    private final List<Semaphore> soles =
            Stream.generate(() -> new Semaphore(1, true)).limit(SOLES).toList();
    private final Map<Long, Delivery> underWay = new ConcurrentHashMap<>();

    ReferencedResources(
            LongFunction<Database> organizations,
            Tables tables,
            Fetcher fetcher,
            DeliveryRetries retries,
            Queue queue,
            InHand inHand,
            SettlementMetrics told,
            Clock clock,
            Tracing tracing) {
        this.tracing = tracing;
        this.organizations = organizations;
        this.tables = tables;
        this.fetcher = fetcher;
        this.retries = retries;
        this.queue = queue;
        this.inHand = inHand;
        this.told = told;
        this.clock = clock;
    }

    /**
     * Begins to fetch what deliveries name, and settles each of them when it is stored. What is too much for now comes again from the
     * queue.
     *
     * @param deliveries a batch
     * @param named by position in the batch
     */
    void fetch(Endpoint endpoint, List<DeliveryResult> deliveries, Map<Integer, List<Named>> named) {
        List<Integer> begun = named.keySet().stream()
                .filter(position -> underWay.size() < MOST_UNDER_WAY)
                .filter(position -> begin(deliveries.get(position).delivery()))
                .toList();
        if (begun.isEmpty()) {
            return;
        }
        queue.renewLease(
                begun.stream()
                        .map(position -> deliveries.get(position).delivery())
                        .toList(),
                VISIBILITY);
        for (int position : begun) {
            threads.execute(() -> handle(endpoint, deliveries.get(position), named.get(position)));
        }
    }

    private boolean begin(Delivery delivery) {
        return underWay.putIfAbsent(delivery.webhookId(), delivery) == null;
    }

    private void handle(Endpoint endpoint, DeliveryResult fetching, List<Named> named) {
        Delivery delivery = fetching.delivery();
        Semaphore turn = turns.computeIfAbsent(endpoint.id(), id -> new Semaphore(AT_ONCE_PER_ENDPOINT, true));
        try {
            awaitTurn(turn, endpoint, fetching, named);
        } catch (InterruptedException e) {
            LOG.debug("The host stops; the webhook {} is left to the queue", delivery.webhookId(), e);
        } catch (DatabaseException e) {
            LOG.warn("A webhook that names a resource is left to the queue: {}", e.getMessage());
        } finally {
            underWay.remove(delivery.webhookId());
        }
    }

    /** Who waits for the same resource as somebody else waits outside, so that one fetch can serve them all. */
    private void awaitTurn(Semaphore turn, Endpoint endpoint, DeliveryResult fetching, List<Named> named)
            throws InterruptedException {
        Optional<Undecided> undecided = undecided(named);
        if (undecided.isEmpty()) {
            inTurn(turn, endpoint, fetching, named);
            return;
        }
        awaitEnd(undecided.get());
        Semaphore sole = sole(named.getLast().integration(), undecided.get());
        sole.acquire();
        try {
            inTurn(turn, endpoint, fetching, named);
        } finally {
            sole.release();
        }
    }

    private void inTurn(Semaphore turn, Endpoint endpoint, DeliveryResult fetching, List<Named> named)
            throws InterruptedException {
        turn.acquire();
        try {
            writtenDown(endpoint, fetching, named);
        } finally {
            turn.release();
        }
    }

    private static Optional<Undecided> undecided(List<Named> named) {
        return named.stream().flatMap(one -> one.undecided().stream()).findFirst();
    }

    /** Resources that share a lock by chance wait for each other, which costs a moment. */
    private Semaphore sole(Integration integration, Undecided undecided) {
        return soles.get(Math.floorMod(Objects.hash(integration.id(), undecided.key()), soles.size()));
    }

    /** More may happen within an instant that is not over; what is read after it is newer than all of that. */
    private void awaitEnd(Undecided undecided) throws InterruptedException {
        Duration left = Duration.between(
                clock.instant(),
                undecided.asOf().truncatedTo(ChronoUnit.SECONDS).plus(AN_INSTANT));
        if (left.isPositive()) {
            Thread.sleep(left.compareTo(AN_INSTANT) < 0 ? left : AN_INSTANT);
        }
    }

    private void writtenDown(Endpoint endpoint, DeliveryResult fetching, List<Named> named) {
        Delivery delivery = fetching.delivery();
        long batch = inHand.begin(List.of(delivery));
        try (Span span = tracing.webhook(delivery.webhookId()).span("webhook fetch", SpanKind.INTERNAL)) {
            Outcome outcome = outcome(endpoint, delivery, named);
            ApplySteps.told(span, outcome)
                    .with("webhookdb.organization", endpoint.organizationId())
                    .with("webhookdb.endpoint", endpoint.opaqueId())
                    .with("webhookdb.webhook_id", delivery.webhookId());
            List<DeliveryResult> settled = List.of(new DeliveryResult(delivery, outcome, fetching.about()));
            queue.settle(settled, session -> inHand.end(session, batch));
            told.tell(settled);
        } finally {
            inHand.letGo(batch);
        }
    }

    private Outcome outcome(Endpoint endpoint, Delivery delivery, List<Named> named) {
        Outcome outcome = new Outcome.Done();
        for (Named one : named) {
            Outcome ofOne = outcome(endpoint, delivery, one);
            switch (ofOne) {
                case Outcome.Failed failed -> {
                    return failed;
                }
                case Outcome.Retry retry -> outcome = retry;
                case Outcome.Done done -> {}
                case Outcome.Ignored ignored -> {}
                case Outcome.Fetching fetching -> {}
            }
        }
        return outcome;
    }

    private Outcome outcome(Endpoint endpoint, Delivery delivery, Named named) {
        try {
            return outcome(fetched(endpoint, delivery.cause(), named));
        } catch (UnstorableException e) {
            return new Outcome.Failed(e.getMessage());
        } catch (ConnectorFailure e) {
            return named.isSupplement() ? withoutIt(delivery, named, e) : retries.after(e, delivery);
        } catch (RuntimeException e) {
            return retries.after(e, delivery);
        } catch (Error e) {
            LOG.error("What the webhook {} names could not be stored", delivery.webhookId(), e);
            return retries.afterUnforeseen(e, delivery);
        }
    }

    private static Outcome outcome(Optional<String> refused) {
        return refused.<Outcome>map(Outcome.Failed::new).orElseGet(Outcome.Done::new);
    }

    /** What is known without fetching is stored, whatever becomes of the rest. */
    private Outcome withoutIt(Delivery delivery, Named named, ConnectorFailure failure) {
        try {
            Optional<String> refused = store(delivery.cause(), named, named.otherwise());
            Outcome next = retries.after(failure, delivery);
            if (refused.isEmpty()
                    && failure.kind() == ConnectorFailure.Kind.TRANSIENT
                    && next instanceof Outcome.Retry) {
                return next;
            }
            LOG.warn(
                    "A resource in {} is left as the webhook {} has it, because it cannot be fetched: {}",
                    named.integration().table(),
                    delivery.webhookId(),
                    failure.getMessage());
            return outcome(refused);
        } catch (DatabaseException e) {
            return retries.after(e, delivery);
        }
    }

    /** Returns why PostgreSQL does not take what was fetched, if it does not. */
    private Optional<String> fetched(Endpoint endpoint, Cause cause, Named named) {
        if (named.undecided().isPresent()
                && !isUndecided(endpoint, named, named.undecided().get())) {
            return Optional.empty();
        }
        try (Fetcher.Fetched fetched = fetcher.fetch(endpoint, named.resource(), named.fetch())) {
            Instant asOf = fetched.asOf().isBefore(named.since()) ? named.since() : fetched.asOf();
            return store(
                    cause,
                    named,
                    State.fetched(
                            named.resource().resource(),
                            named.fetch(),
                            fetched.resources(),
                            asOf,
                            fetched.askedAt(),
                            0));
        }
    }

    private boolean isUndecided(Endpoint endpoint, Named named, Undecided undecided) {
        Database organization = organizations.apply(endpoint.organizationId());
        return tables.use(
                named.integration(),
                table -> TableWriter.isUndecided(
                        organization, table, undecided.key(), undecided.asOf(), undecided.received()));
    }

    private Optional<String> store(Cause cause, Named named, List<State> states) {
        return tables.store(named.integration(), states, position -> cause).refused().values().stream()
                .findFirst();
    }

    /** Stops at once, and gives back what is not finished. */
    @Override
    public void close() {
        List<Delivery> unfinished = List.copyOf(underWay.values());
        threads.shutdownNow();
        if (!unfinished.isEmpty()) {
            try {
                queue.renewLease(unfinished, Duration.ZERO);
            } catch (DatabaseException e) {
                LOG.debug("What is not finished stays hidden for up to {}", VISIBILITY, e);
            }
        }
    }
}
