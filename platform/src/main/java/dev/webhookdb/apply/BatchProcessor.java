package dev.webhookdb.apply;

import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.observe.ApplyMetrics;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.OverBudgetException;
import dev.webhookdb.observe.StoreMetrics;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.store.State;
import dev.webhookdb.store.TableWriter;
import dev.webhookdb.trace.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and stores batches, in slices that fit into the memory that there is for that. Thread-safe.
 *
 * <p>Three things keep one webhook from taking the others with it. What a slice takes is charged before it is read. What fails in a way
 * that nobody foresaw is tried again one by one, and counted. And before a slice is begun that is written down: what a host had in hand
 * when it died is tried alone, with nothing else under way, and the next time not at all.
 */
final class BatchProcessor {
    private static final Logger LOG = LoggerFactory.getLogger(BatchProcessor.class);

    /** What a slice of several deliveries may take, as a part of the budget. */
    private static final int SLICES = 16;

    /** Longer than it takes to store what others hold the memory for. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration NO_MEMORY_NOW = Duration.ofSeconds(5);

    /** A statement that ran out of time with nothing but a body of that size may have done so because of it. */
    private static final int LARGE = 256 << 10;

    private static final String STATEMENT_TIMED_OUT = "57014";

    private final Endpoints endpoints;
    private final LongFunction<Database> organizations;
    private final Tables tables;
    private final Interpreter interpreter;
    private final DeliveryRetries retries;
    private final Queue queue;
    private final InHand inHand;
    private final ReferencedResources named;
    private final RestingOrganizations resting;
    private final MemoryBudget memory;
    private final Clock clock;
    private final ApplyMetrics metrics;
    private final SettlementMetrics told;
    private final StoreMetrics storing;
    private final Tracing tracing;

    /** Held for reading by whoever works on what is not suspect, for writing by whoever works on what is. Fair: both get their turn. */
    private final ReadWriteLock alone = new ReentrantReadWriteLock(true);

    BatchProcessor(
            Endpoints endpoints,
            LongFunction<Database> organizations,
            Tables tables,
            Interpreter interpreter,
            DeliveryRetries retries,
            Queue queue,
            InHand inHand,
            ReferencedResources named,
            RestingOrganizations resting,
            MemoryBudget memory,
            Clock clock,
            ApplyMetrics metrics,
            SettlementMetrics told,
            StoreMetrics storing,
            Tracing tracing) {
        this.tracing = tracing;
        this.endpoints = endpoints;
        this.organizations = organizations;
        this.tables = tables;
        this.interpreter = interpreter;
        this.retries = retries;
        this.queue = queue;
        this.inHand = inHand;
        this.named = named;
        this.resting = resting;
        this.memory = memory;
        this.clock = clock;
        this.metrics = metrics;
        this.told = told;
        this.storing = storing;
    }

    /** Processes a batch; what it does not get round to comes again from the queue. */
    void process(FairQueue.Batch batch) throws InterruptedException {
        try {
            Optional<Endpoint> endpoint = endpoints.find(batch.endpointId());
            if (endpoint.isEmpty()) {
                settle(batch.deliveries(), new Outcome.Ignored("The integration was deleted."));
                return;
            }
            if (isAway(endpoint.get().organizationId())) {
                settle(batch.deliveries(), away(resting.rest(endpoint.get().organizationId())));
                return;
            }
            for (Slice slice : slices(endpoint.get(), batch)) {
                process(slice);
            }
        } catch (DatabaseException e) {
            LOG.warn(
                    "A batch of {} webhooks is left to the queue: {}",
                    batch.deliveries().size(),
                    e.getMessage());
        }
    }

    /**
     * Deliveries of one endpoint that are read and stored together.
     *
     * @param weight what that takes, in bytes
     * @param predecessor completed when what has to be stored before it is
     * @param stored to be completed when it is stored itself, which the endpoint's next batch waits for if it is the last of its own
     * @param steps told what is done with them
     */
    private record Slice(
            Endpoint endpoint,
            List<Delivery> deliveries,
            long weight,
            CompletableFuture<Void> predecessor,
            CompletableFuture<Void> stored,
            ApplySteps steps) {
        boolean isSuspect() {
            return deliveries.getFirst().isSuspect();
        }

        Slice only(Delivery delivery) {
            return new Slice(endpoint, List.of(delivery), weight, predecessor, stored, steps);
        }
    }

    private List<Slice> slices(Endpoint endpoint, FairQueue.Batch batch) {
        var formats = interpreter.formats(endpoint);
        List<Slice> slices = new ArrayList<>();
        List<Delivery> together = new ArrayList<>();
        long weight = 0;
        for (Delivery delivery : batch.deliveries()) {
            long one = Bodies.weight(formats, delivery.request());
            if (!together.isEmpty() && weight + one > memory.capacity() / SLICES) {
                slices.add(new Slice(
                        endpoint,
                        List.copyOf(together),
                        weight,
                        batch.predecessor(),
                        new CompletableFuture<>(),
                        new ApplySteps(tracing)));
                together.clear();
                weight = 0;
            }
            together.add(delivery);
            weight += one;
        }
        slices.add(new Slice(
                endpoint, List.copyOf(together), weight, batch.predecessor(), batch.stored(), new ApplySteps(tracing)));
        return slices;
    }

    private void process(Slice slice) throws InterruptedException {
        if (slice.weight() > memory.capacity() / SLICES) {
            // what waits for much memory must not wait behind somebody who holds some and waits for it
            slice.predecessor().join();
        }
        try (var charge = memory.charge(slice.weight(), PATIENCE)) {
            LOG.trace("{} deliveries are charged {}", slice.deliveries().size(), charge);
            inTurn(slice);
        } catch (OverBudgetException e) {
            settle(
                    slice.deliveries(),
                    e.everTooLarge()
                            ? new Outcome.Failed(e.getMessage())
                            : new Outcome.Retry(e.getMessage(), NO_MEMORY_NOW, false));
        }
    }

    private void inTurn(Slice slice) throws InterruptedException {
        Lock turn = slice.isSuspect() ? alone.writeLock() : alone.readLock();
        turn.lockInterruptibly();
        try {
            Instant now = clock.instant();
            if (slice.deliveries().stream()
                    .anyMatch(delivery -> delivery.heldUntil().isBefore(now))) {
                LOG.debug(
                        "{} deliveries waited too long; they come again from the queue",
                        slice.deliveries().size());
                return;
            }
            if (slice.deliveries().getFirst().deaths() >= Delivery.MOST_DEATHS) {
                settle(slice.deliveries(), new Outcome.Failed("""
                                The host ended each time while this was being stored, %d times, and it is not tried again by itself. \
                                The server's log says how it ended; replay it when that is mended.""".formatted(Delivery.MOST_DEATHS)));
                return;
            }
            writtenDown(slice);
        } finally {
            turn.unlock();
        }
    }

    private void writtenDown(Slice slice) {
        try (ApplySteps steps = slice.steps()) {
            steps.begin(slice.endpoint(), slice.deliveries());
            steps.settled(settled(slice));
        }
    }

    private List<DeliveryResult> settled(Slice slice) {
        long begun = System.nanoTime();
        long batch = inHand.begin(slice.deliveries());
        try {
            List<DeliveryResult> settlements = guarded(slice);
            slice.stored().complete(null);
            // should this fail, the slice is taken again, and storing it again changes nothing
            queue.settle(settlements, session -> inHand.end(session, batch));
            metrics.batch(slice.deliveries().size(), System.nanoTime() - begun);
            told.tell(settlements);
            return settlements;
        } finally {
            inHand.letGo(batch);
        }
    }

    /** What fails in a way that nobody foresaw is the fault of one of the deliveries: of which one, shows when each is alone. */
    private List<DeliveryResult> guarded(Slice slice) {
        try {
            return settlements(slice);
        } catch (DatabaseException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            if (slice.deliveries().size() == 1) {
                LOG.error(
                        "The webhook {} could not be stored",
                        slice.deliveries().getFirst().webhookId(),
                        e);
                return List.of(DeliveryResult.of(
                        slice.deliveries().getFirst(),
                        retries.afterUnforeseen(e, slice.deliveries().getFirst()),
                        Set.of()));
            }
            LOG.warn(
                    "{} webhooks are stored one by one, after {}",
                    slice.deliveries().size(),
                    e.toString());
            return slice.deliveries().stream()
                    .flatMap(delivery -> guarded(slice.only(delivery)).stream())
                    .toList();
        }
    }

    private List<DeliveryResult> settlements(Slice slice) {
        Endpoint endpoint = slice.endpoint();
        Interpreter.Reading reading = interpreter.read(endpoint, slice.deliveries());
        slice.predecessor().join();
        Map<Integer, Outcome> outcomes = new HashMap<>(reading.outcomes());
        reading.states().forEach((integration, states) -> store(slice, integration, states, reading, outcomes));
        reading.orders().forEach((position, order) -> carryOut(slice, position, order, outcomes));
        reading.named().keySet().removeAll(outcomes.keySet());
        reading.named().keySet().forEach(position -> outcomes.put(position, new Outcome.Fetching()));
        Map<Integer, Set<Integration>> about = endpoint.integrations().size() > 1 ? reading.about() : Map.of();
        List<DeliveryResult> settlements = IntStream.range(0, slice.deliveries().size())
                .mapToObj(position -> DeliveryResult.of(
                        slice.deliveries().get(position),
                        outcomes.getOrDefault(position, new Outcome.Done()),
                        about.getOrDefault(position, Set.of())))
                .toList();
        named.fetch(endpoint, settlements, reading.named());
        return settlements;
    }

    private void store(
            Slice slice,
            Integration integration,
            List<State> states,
            Interpreter.Reading reading,
            Map<Integer, Outcome> outcomes) {
        long organizationId = slice.endpoint().organizationId();
        long begun = System.nanoTime();
        boolean succeeded = false;
        try {
            TableWriter.Stored stored = storing.timed(
                    StoreMetrics.Source.WEBHOOK,
                    states.size(),
                    () -> tables.store(
                            integration,
                            states,
                            position -> slice.deliveries().get(position).cause()));
            succeeded = true;
            stored.refused().forEach((position, reason) -> outcomes.put(position, new Outcome.Failed(reason)));
            interpreter.fetchUndecided(slice.endpoint(), integration, states, stored.undecided(), reading);
            resting.answered(organizationId);
        } catch (DatabaseException e) {
            boolean ownFault = isTooLarge(e, slice);
            if (e.kind() == DatabaseException.Kind.UNAVAILABLE && !ownFault) {
                resting.rest(organizationId);
            }
            postpone(slice, integration, states, outcomes, e, ownFault);
        } catch (RuntimeException e) {
            postpone(slice, integration, states, outcomes, e, true);
        } finally {
            slice.steps().upserted(integration.table(), slice.deliveries(), states, begun, succeeded);
        }
    }

    /** Behind what was stored with it, so that nothing of that is left. */
    private void carryOut(Slice slice, int position, Runnable order, Map<Integer, Outcome> outcomes) {
        try {
            order.run();
        } catch (RuntimeException e) {
            LOG.warn(
                    "What {} orders about somebody is tried again later: {}",
                    slice.endpoint().connectorId(),
                    e.getMessage());
            outcomes.put(position, retries.after(e, slice.deliveries().get(position), true));
        }
    }

    /** Whether it is its own size for which a statement took too long, and not the database. */
    private static boolean isTooLarge(DatabaseException e, Slice slice) {
        return e.sqlState().equals(STATEMENT_TIMED_OUT)
                && slice.deliveries().size() == 1
                && slice.deliveries().getFirst().size() > LARGE;
    }

    private void postpone(
            Slice slice,
            Integration integration,
            List<State> states,
            Map<Integer, Outcome> outcomes,
            RuntimeException failure,
            boolean counts) {
        LOG.warn(
                "{} webhooks for {} are tried again later: {}",
                states.size(),
                integration.table(),
                failure.getMessage());
        states.stream()
                .mapToInt(State::source)
                .distinct()
                .forEach(position -> outcomes.put(
                        position, retries.after(failure, slice.deliveries().get(position), counts)));
    }

    /** One worker asks a database that was away, within about a second; none tries to store in it before it answers. */
    private boolean isAway(long organizationId) {
        return resting.until(organizationId).isPresent()
                || (resting.wasAway(organizationId) && !answers(organizationId));
    }

    /** One that cannot even be opened, because its schema has not come to this host's version yet, takes no writes either. */
    private boolean answers(long organizationId) {
        try {
            return organizations.apply(organizationId).available();
        } catch (DatabaseException e) {
            LOG.debug("The database of the organization {} cannot be opened", organizationId, e);
            return false;
        }
    }

    private Outcome away(Instant until) {
        return new Outcome.Retry(
                "The organization's database is away.", Duration.between(clock.instant(), until), false);
    }

    private void settle(List<Delivery> deliveries, Outcome outcome) {
        List<DeliveryResult> settlements = deliveries.stream()
                .map(delivery -> DeliveryResult.of(delivery, outcome, Set.of()))
                .toList();
        queue.settle(settlements, session -> {});
        told.tell(settlements);
    }
}
