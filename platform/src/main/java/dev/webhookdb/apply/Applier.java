package dev.webhookdb.apply;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.database.Database;
import dev.webhookdb.database.DatabaseException;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.spi.Request;
import dev.webhookdb.store.State;
import dev.webhookdb.store.TableWriter;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what webhooks say. Thread-safe.
 *
 * <p>Accepted webhooks come twice: at once, in memory, from the host that received them ({@link #offer}), and, should that host not
 * get round to them within {@link #VISIBILITY}, from the queue table to whichever host asks first.
 */
public final class Applier implements AutoCloseable {
    /** How long a delivery that somebody took is hidden from others. */
    public static final Duration VISIBILITY = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(Applier.class);
    private static final int WORKERS = 4;
    private static final int MOST_PER_CLAIM = 500;
    private static final Duration IDLE = Duration.ofMillis(500);

    /** How long a database that is away is left alone. */
    private static final Duration REST = Duration.ofSeconds(2);

    private final Endpoints endpoints;
    private final LongFunction<Database> organizations;
    private final Tables tables;
    private final Interpreter interpreter;
    private final RetryPolicy retries;
    private final Queue queue;
    private final NamedResources named;
    private final Clock clock;
    private final Inbox inbox = new Inbox();
    private final Map<Long, Instant> unavailableUntil = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * @param organizations gives the database of the organization with a number
     * @param fetcher fetches what events only name
     * @param publicUrl what providers call, without a path
     */
    public Applier(
            Database platform,
            Endpoints endpoints,
            LongFunction<Database> organizations,
            Tables tables,
            ConnectorRegistry connectors,
            Fetcher fetcher,
            RetryPolicy retries,
            Clock clock,
            URI publicUrl) {
        this.endpoints = endpoints;
        this.organizations = organizations;
        this.tables = tables;
        this.interpreter = new Interpreter(connectors, retries);
        this.retries = retries;
        this.queue = new Queue(platform, publicUrl.toString());
        this.named = new NamedResources(organizations, tables, fetcher, retries, queue);
        this.clock = clock;
    }

    /** Starts working. */
    public void start() {
        for (int i = 0; i < WORKERS; i++) {
            threads.add(Thread.ofPlatform().name("apply-" + i).start(this::work));
        }
        threads.add(Thread.ofPlatform().name("apply-claim").start(this::claim));
    }

    /** Takes over a webhook that was just committed to the queue. Never blocks; what does not fit comes from the queue later. */
    public void offer(long webhookId, long endpointId, Request request) {
        inbox.offer(Delivery.of(
                webhookId, endpointId, request, 0, request.receivedAt().plus(VISIBILITY)));
    }

    /** Stops claiming, and finishes what is in memory as far as the time allows; the rest stays in the queue. */
    public void close(Duration patience) {
        closing.countDown();
        inbox.close();
        named.close();
        try {
            if (!inbox.drained(patience.toMillis())) {
                LOG.warn(
                        "Stopping before all webhooks in memory are stored; they are in the queue and will be at the next start");
            }
            for (Thread thread : threads) {
                thread.join(Duration.ofSeconds(2));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(10));
    }

    private void claim() {
        while (closing.getCount() > 0) {
            int claimed = 0;
            try {
                if (inbox.roomy()) {
                    List<Delivery> deliveries = queue.claim(MOST_PER_CLAIM, VISIBILITY, inbox.full());
                    deliveries.forEach(inbox::offer);
                    claimed = deliveries.size();
                }
            } catch (RuntimeException e) {
                LOG.warn("The queue cannot be read; trying again in {}: {}", IDLE, e.getMessage());
            }
            if (claimed < MOST_PER_CLAIM) {
                idle();
            }
        }
    }

    private void idle() {
        try {
            closing.await(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            LOG.debug("Interrupted while idle", e);
        }
    }

    private void work() {
        while (true) {
            try {
                Optional<Inbox.Batch> batch = inbox.take(IDLE.toMillis());
                if (batch.isPresent()) {
                    apply(batch.get());
                } else if (closing.getCount() == 0) {
                    return;
                }
            } catch (InterruptedException e) {
                LOG.warn("A worker was interrupted and goes on", e);
            } catch (RuntimeException | Error e) {
                // a worker that ended would be missed by nobody until none is left
                LOG.error("A worker met an error and goes on", e);
            }
        }
    }

    private void apply(Inbox.Batch batch) {
        try {
            Instant now = clock.instant();
            boolean lapsed = batch.deliveries().stream()
                    .anyMatch(delivery -> delivery.heldUntil().isBefore(now));
            if (lapsed) {
                LOG.debug(
                        "A batch of {} waited too long; it comes again from the queue",
                        batch.deliveries().size());
                return;
            }
            List<Settlement> settlements = settlements(batch);
            batch.stored().complete(null);
            // should this fail, the batch is taken again, and storing it again changes nothing
            queue.settle(settlements);
        } catch (DatabaseException e) {
            LOG.warn(
                    "A batch of {} webhooks is left to the queue: {}",
                    batch.deliveries().size(),
                    e.getMessage());
        } finally {
            inbox.finish(batch);
        }
    }

    private List<Settlement> settlements(Inbox.Batch batch) {
        Optional<Endpoint> found = endpoints.find(batch.endpointId());
        if (found.isEmpty()) {
            return all(batch, new Outcome.Ignored("The integration was deleted."));
        }
        Endpoint endpoint = found.get();
        Optional<Instant> resting = Optional.ofNullable(unavailableUntil.get(endpoint.organizationId()))
                .filter(until -> until.isAfter(clock.instant()));
        if (resting.isPresent()) {
            return all(batch, waiting(resting.get()));
        }
        if (isStillAway(endpoint.organizationId())) {
            return all(batch, waiting(rest(endpoint.organizationId())));
        }
        Interpreter.Reading reading = interpreter.read(endpoint, batch.deliveries());
        batch.predecessor().join();
        Map<Integer, Outcome> outcomes = new HashMap<>(reading.outcomes());
        reading.states().forEach((integration, states) -> store(endpoint, integration, states, batch, outcomes));
        reading.named().keySet().removeAll(outcomes.keySet());
        reading.named().keySet().forEach(position -> outcomes.put(position, new Outcome.Fetching()));
        Map<Integer, Set<Integration>> about = endpoint.integrations().size() > 1 ? reading.about() : Map.of();
        List<Settlement> settlements = IntStream.range(0, batch.deliveries().size())
                .mapToObj(position -> Settlement.of(
                        batch.deliveries().get(position),
                        outcomes.getOrDefault(position, new Outcome.Done()),
                        about.getOrDefault(position, Set.of())))
                .toList();
        named.fetch(endpoint, settlements, reading.named());
        return settlements;
    }

    private void store(
            Endpoint endpoint,
            Integration integration,
            List<State> states,
            Inbox.Batch batch,
            Map<Integer, Outcome> outcomes) {
        try {
            Database organization = organizations.apply(endpoint.organizationId());
            tables.use(integration, table -> TableWriter.store(organization, table, states))
                    .refused()
                    .forEach((position, reason) -> outcomes.put(position, new Outcome.Failed(reason)));
            unavailableUntil.remove(endpoint.organizationId());
        } catch (RuntimeException e) {
            if (e instanceof DatabaseException failure && failure.kind() == DatabaseException.Kind.UNAVAILABLE) {
                rest(endpoint.organizationId());
            }
            LOG.warn(
                    "{} webhooks for {} are tried again later: {}", states.size(), integration.table(), e.getMessage());
            states.stream()
                    .mapToInt(State::source)
                    .distinct()
                    .forEach(position -> outcomes.put(
                            position, retries.after(e, batch.deliveries().get(position))));
        }
    }

    /** One worker asks a database that was away, within about a second; none tries to store in it before it answers. */
    private boolean isStillAway(long organizationId) {
        return unavailableUntil.containsKey(organizationId)
                && !organizations.apply(organizationId).available();
    }

    private Instant rest(long organizationId) {
        Instant until = clock.instant().plus(REST);
        unavailableUntil.put(organizationId, until);
        return until;
    }

    private Outcome waiting(Instant until) {
        return new Outcome.Retry(
                "The organization's database is away.", Duration.between(clock.instant(), until), false);
    }

    private static List<Settlement> all(Inbox.Batch batch, Outcome outcome) {
        return batch.deliveries().stream()
                .map(delivery -> Settlement.of(delivery, outcome, Set.of()))
                .toList();
    }
}
