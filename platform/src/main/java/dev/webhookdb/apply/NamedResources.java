package dev.webhookdb.apply;

import dev.webhookdb.apply.Interpreter.Named;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.store.Origin;
import dev.webhookdb.store.State;
import dev.webhookdb.store.TableWriter;
import dev.webhookdb.store.UnstorableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches and stores resources that events only name. Thread-safe.
 *
 * <p>A provider takes its time, and a limited rate more of it: that is spent in threads of its own, a few for each endpoint, so that
 * nobody else's webhooks wait. The delivery stays in the queue meanwhile, hidden; a host that dies leaves it to the others.
 */
final class NamedResources implements AutoCloseable {
    /** How long a delivery is hidden from others while its resources are fetched. */
    static final Duration VISIBILITY = Duration.ofSeconds(90);

    private static final Logger LOG = LoggerFactory.getLogger(NamedResources.class);
    private static final int AT_ONCE_PER_ENDPOINT = 4;
    private static final int MOST_UNDER_WAY = 5_000;

    private final LongFunction<Database> organizations;
    private final Tables tables;
    private final Fetcher fetcher;
    private final RetryPolicy retries;
    private final Queue queue;
    private final InHand inHand;
    private final SettlementMetrics told;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("fetch-", 0).factory());
    private final Map<Long, Semaphore> turns = new ConcurrentHashMap<>();
    private final Map<Long, Delivery> underWay = new ConcurrentHashMap<>();

    NamedResources(
            LongFunction<Database> organizations,
            Tables tables,
            Fetcher fetcher,
            RetryPolicy retries,
            Queue queue,
            InHand inHand,
            SettlementMetrics told) {
        this.organizations = organizations;
        this.tables = tables;
        this.fetcher = fetcher;
        this.retries = retries;
        this.queue = queue;
        this.inHand = inHand;
        this.told = told;
    }

    /**
     * Begins to fetch what deliveries name, and settles each of them when it is stored. What is too much for now comes again from the
     * queue.
     *
     * @param deliveries a batch
     * @param named by position in the batch
     */
    void fetch(Endpoint endpoint, List<Settlement> deliveries, Map<Integer, List<Named>> named) {
        List<Integer> begun = named.keySet().stream()
                .filter(position -> underWay.size() < MOST_UNDER_WAY)
                .filter(position -> begin(deliveries.get(position).delivery()))
                .toList();
        if (begun.isEmpty()) {
            return;
        }
        queue.hold(
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

    private void handle(Endpoint endpoint, Settlement fetching, List<Named> named) {
        Delivery delivery = fetching.delivery();
        Semaphore turn = turns.computeIfAbsent(endpoint.id(), id -> new Semaphore(AT_ONCE_PER_ENDPOINT, true));
        try {
            turn.acquire();
            try {
                writtenDown(endpoint, fetching, named);
            } finally {
                turn.release();
            }
        } catch (InterruptedException e) {
            LOG.debug("The host stops; the webhook {} is left to the queue", delivery.webhookId(), e);
        } catch (DatabaseException e) {
            LOG.warn("A webhook that names a resource is left to the queue: {}", e.getMessage());
        } finally {
            underWay.remove(delivery.webhookId());
        }
    }

    private void writtenDown(Endpoint endpoint, Settlement fetching, List<Named> named) {
        Delivery delivery = fetching.delivery();
        long batch = inHand.begin(List.of(delivery));
        try {
            Outcome outcome = outcome(endpoint, delivery, named);
            List<Settlement> settled = List.of(new Settlement(delivery, outcome, fetching.about()));
            queue.settle(settled, session -> inHand.end(session, batch));
            told.tell(settled);
        } finally {
            inHand.letGo(batch);
        }
    }

    private Outcome outcome(Endpoint endpoint, Delivery delivery, List<Named> named) {
        try {
            for (Named one : named) {
                Optional<String> refused = store(endpoint, one);
                if (refused.isPresent()) {
                    return new Outcome.Failed(refused.get());
                }
            }
            return new Outcome.Done();
        } catch (UnstorableException e) {
            return new Outcome.Failed(e.getMessage());
        } catch (RuntimeException e) {
            return retries.after(e, delivery);
        } catch (Error e) {
            LOG.error("What the webhook {} names could not be stored", delivery.webhookId(), e);
            return retries.afterUnforeseen(e, delivery);
        }
    }

    /** Returns why PostgreSQL does not take what was fetched, if it does not. */
    private Optional<String> store(Endpoint endpoint, Named named) {
        try (Fetcher.Fetched fetched = fetcher.fetch(endpoint, named.resource(), named.fetch())) {
            Optional<State> state =
                    State.fetched(named.resource().resource(), named.fetch(), fetched.resource(), fetched.asOf(), 0);
            if (state.isEmpty()) {
                return Optional.empty();
            }
            Database organization = organizations.apply(endpoint.organizationId());
            return Optional.ofNullable(tables.use(
                            named.integration(),
                            table -> TableWriter.store(organization, table, List.of(state.get()), Origin.WEBHOOK))
                    .refused()
                    .get(0));
        }
    }

    /** Stops at once, and gives back what is not finished. */
    @Override
    public void close() {
        List<Delivery> unfinished = List.copyOf(underWay.values());
        threads.shutdownNow();
        if (!unfinished.isEmpty()) {
            try {
                queue.hold(unfinished, Duration.ZERO);
            } catch (DatabaseException e) {
                LOG.debug("What is not finished stays hidden for up to {}", VISIBILITY, e);
            }
        }
    }
}
