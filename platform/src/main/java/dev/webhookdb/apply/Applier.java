package dev.webhookdb.apply;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.observe.ApplyMetrics;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.IngestLoad;
import dev.webhookdb.observe.MemoryBudgets;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.spi.Request;
import dev.webhookdb.sql.Database;
import dev.webhookdb.trace.Tracing;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what webhooks say. Thread-safe.
 *
 * <p>Accepted webhooks come twice: at once, in memory, from the host that received them ({@link #offer}), and, should that host not
 * get round to them within {@link #VISIBILITY}, from the queue table to whichever host asks first. For what it has no room for, the
 * host that received it goes to the table as soon as it has.
 */
public final class Applier implements AutoCloseable {
    /** How long a delivery that somebody took is hidden from others. */
    public static final Duration VISIBILITY = Duration.ofSeconds(15);

    /** Twelve attempts over about half an hour. */
    public static final RetryPolicy RETRIES = retries(12, Duration.ofSeconds(1), Duration.ofMinutes(5));

    private static final Logger LOG = LoggerFactory.getLogger(Applier.class);
    private static final int WORKERS = 4;
    private static final int MOST_PER_CLAIM = 500;
    private static final Duration IDLE = Duration.ofMillis(500);

    /** No two claims that find little follow sooner, whoever wakes whom. */
    private static final Duration SOON = Duration.ofMillis(500);

    /** A host that died is noticed by looking, because it says nothing. */
    private static final Duration SAFETY = Duration.ofSeconds(5);

    private final WakeUps wakeUps;
    private final BackgroundTasks tasks;
    private final Queue queue;
    private final InHand inHand;
    private final ReferencedResources named;
    private final RestingOrganizations resting;
    private final BatchProcessor processor;
    private final FairQueue inbox;
    private final Overflow overflow = new Overflow();
    private final List<BackgroundTask> workers = new ArrayList<>();
    /** When a claim last found little, by {@link System#nanoTime}; only for the thread that claims. */
    private long looked = System.nanoTime() - SOON.toNanos();

    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * @param organizations gives the database of the organization with a number
     * @param fetcher fetches what events only name
     * @param personalData carries out what providers order about somebody
     * @param publicUrl what providers call, without a path
     * @param memory what is charged for webhooks that wait, and for what is read and stored
     * @param load whether requests wait to be acknowledged, which go first
     * @param tracing told what is done with each webhook
     */
    public Applier(
            Database platform,
            Endpoints endpoints,
            LongFunction<Database> organizations,
            Tables tables,
            ConnectorRegistry connectors,
            Fetcher fetcher,
            PersonalData personalData,
            RetryPolicy retries,
            Clock clock,
            URI publicUrl,
            MemoryBudgets memory,
            WakeUps wakeUps,
            BackgroundTasks tasks,
            IngestLoad load,
            Metrics metrics,
            Tracing tracing) {
        var attempts = new DeliveryRetries(retries);
        this.wakeUps = wakeUps;
        this.tasks = tasks;
        this.queue = new Queue(platform, publicUrl.toString());
        this.inHand = new InHand(platform, tasks);
        ApplyMetrics measured = metrics.apply();
        var told = new SettlementMetrics(measured, clock);
        this.named =
                new ReferencedResources(organizations, tables, fetcher, attempts, queue, inHand, told, clock, tracing);
        this.resting = new RestingOrganizations(clock);
        this.inbox = new FairQueue(memory.waiting().capacity(), new Pace(makingWay(load), System::nanoTime));
        this.processor = new BatchProcessor(
                endpoints,
                organizations,
                tables,
                new Interpreter(connectors, fetcher, attempts, personalData),
                attempts,
                queue,
                inHand,
                named,
                resting,
                memory.trees(),
                clock,
                measured,
                told,
                metrics.store(),
                tracing);
    }

    /**
     * Returns when deliveries are tried again: after pauses that double from the first up to the longest, with a quarter of jitter.
     *
     * @param most after how many attempts a delivery has failed, at least 1
     */
    public static RetryPolicy retries(int most, Duration first, Duration longest) {
        return RetryPolicy.of(new Pauses.Doubling(first, longest, 0.25))
                .attempts(most)
                .waitingForWhatIsExhausted();
    }

    /** Where there are more processors than the workers and the database's processes for them can keep busy, there is nobody to make way for. */
    private static BooleanSupplier makingWay(IngestLoad load) {
        return Runtime.getRuntime().availableProcessors() > 2 * WORKERS ? () -> false : load::isHigh;
    }

    /** Starts working. */
    public void start() {
        BackgroundTask claiming = tasks.startPaced("apply-claim", this::claim);
        for (int i = 0; i < WORKERS; i++) {
            workers.add(tasks.startApart("apply-" + i, Duration.ZERO, () -> work(claiming)));
        }
        workers.add(claiming);
        queue.onPostponed(claiming::wake);
        wakeUps.register(Queue.TABLE, claiming::wake);
    }

    /** Takes over a webhook that was just committed to the queue. Never blocks; what does not fit comes from the queue later. */
    public void offer(long webhookId, long endpointId, Request request) {
        var delivery = Delivery.of(
                webhookId, endpointId, request, 0, 0, request.receivedAt().plus(VISIBILITY));
        if (!inbox.offer(delivery)) {
            overflow.add(delivery);
        }
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
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            workers.forEach(BackgroundTask::close);
            inHand.close();
        }
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(10));
    }

    /**
     * Takes what is due into memory, and says how long to wait then: not at all behind a full claim, else until the next row becomes due.
     * What could not be asked for, because there is no room or a database is away, is tried again soon.
     */
    private Duration claim() {
        if (closing.getCount() > 0 && takeOverflow() == MOST_PER_CLAIM) {
            return Duration.ZERO;
        }
        Duration early = SOON.minusNanos(System.nanoTime() - looked);
        if (early.isPositive()) {
            return early;
        }
        if (closing.getCount() == 0 || inbox.room() == 0) {
            return SOON;
        }
        int claimed = claimOnce();
        if (claimed == MOST_PER_CLAIM) {
            return Duration.ZERO;
        }
        looked = System.nanoTime();
        if (inbox.full().length > 0 || resting.now().length > 0) {
            return SOON;
        }
        Duration next = queue.nextDue().orElse(SAFETY);
        return next.compareTo(SAFETY) < 0 ? longer(next, SOON) : SAFETY;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Takes from the queue what this host received and now has room for, and says how many that were. */
    private int takeOverflow() {
        long room = inbox.room();
        if (room == 0 || overflow.isEmpty()) {
            return 0;
        }
        Set<Long> full = LongStream.of(inbox.full()).boxed().collect(Collectors.toSet());
        long[] received = overflow.take(MOST_PER_CLAIM, room, full);
        if (received.length > 0) {
            queue.claimReceived(received, VISIBILITY).forEach(inbox::offer);
        }
        return received.length;
    }

    private int claimOnce() {
        long room = inbox.room();
        if (room == 0) {
            return 0;
        }
        List<Delivery> deliveries =
                queue.claim(MOST_PER_CLAIM, room, VISIBILITY, new Queue.Except(inbox.full(), resting.now()));
        deliveries.forEach(inbox::offer);
        return deliveries.size();
    }

    private void work(BackgroundTask claiming) {
        try {
            Optional<FairQueue.Batch> batch = inbox.take(IDLE.toMillis());
            if (batch.isPresent()) {
                process(batch.get());
                if (!overflow.isEmpty()) {
                    claiming.wake();
                }
            }
        } catch (InterruptedException e) {
            // whoever meant to stop this says so otherwise
            LOG.warn("A worker was interrupted and goes on", e);
        }
    }

    private void process(FairQueue.Batch batch) throws InterruptedException {
        try {
            processor.process(batch);
        } finally {
            inbox.finish(batch);
        }
    }
}
