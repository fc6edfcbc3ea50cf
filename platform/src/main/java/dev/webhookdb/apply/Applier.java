package dev.webhookdb.apply;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.observe.ApplyMetrics;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudgets;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.spi.Request;
import dev.webhookdb.sql.Database;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
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

    private final BackgroundTasks tasks;
    private final Queue queue;
    private final InHand inHand;
    private final NamedResources named;
    private final RestingOrganizations resting;
    private final BatchProcessor processor;
    private final Inbox inbox;
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * @param organizations gives the database of the organization with a number
     * @param fetcher fetches what events only name
     * @param publicUrl what providers call, without a path
     * @param memory what is charged for webhooks that wait, and for what is read and stored
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
            URI publicUrl,
            MemoryBudgets memory,
            BackgroundTasks tasks,
            Metrics metrics) {
        this.tasks = tasks;
        this.queue = new Queue(platform, publicUrl.toString());
        this.inHand = new InHand(platform, tasks);
        ApplyMetrics measured = metrics.apply();
        var told = new SettlementMetrics(measured, clock);
        this.named = new NamedResources(organizations, tables, fetcher, retries, queue, inHand, told, clock);
        this.resting = new RestingOrganizations(clock);
        this.inbox = new Inbox(memory.waiting().capacity());
        this.processor = new BatchProcessor(
                endpoints,
                organizations,
                tables,
                new Interpreter(connectors, fetcher, retries),
                retries,
                queue,
                inHand,
                named,
                resting,
                memory.trees(),
                clock,
                measured,
                told,
                metrics.store());
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
                webhookId, endpointId, request, 0, 0, request.receivedAt().plus(VISIBILITY)));
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
        } finally {
            inHand.close();
        }
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(10));
    }

    private void claim() {
        while (closing.getCount() > 0) {
            var claimed = new AtomicInteger();
            tasks.attempt("apply-claim", () -> claimed.set(claimOnce()));
            if (claimed.get() < MOST_PER_CLAIM) {
                idle();
            }
        }
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
                    process(batch.get());
                } else if (closing.getCount() == 0) {
                    return;
                }
                tasks.succeeded("apply");
            } catch (InterruptedException e) {
                LOG.warn("A worker was interrupted and goes on", e);
            } catch (RuntimeException | Error e) {
                // a worker that ended would be missed by nobody until none is left
                tasks.failed("apply", e);
            }
        }
    }

    private void process(Inbox.Batch batch) throws InterruptedException {
        try {
            processor.process(batch);
        } finally {
            inbox.finish(batch);
        }
    }
}
