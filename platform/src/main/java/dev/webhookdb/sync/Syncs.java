package dev.webhookdb.sync;

import dev.webhookdb.connector.DestinationRegistry;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.mail.Mailer;
import dev.webhookdb.notify.Signatures;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.SyncMetrics;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.queue.LeasedQueue;
import dev.webhookdb.queue.QueueListener;
import dev.webhookdb.queue.QueueWorker;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sync.PageSender.Answer;
import dev.webhookdb.sync.SyncException.Field;
import dev.webhookdb.sync.SyncTarget.Receiver;
import dev.webhookdb.sync.SyncTarget.Terms;
import dev.webhookdb.tenancy.OrganizationDatabases;
import dev.webhookdb.trace.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** HTTP Sync and DB Sync as a whole: keeps targets, makes pages of what changed and sends them, and keeps copies in step. Thread-safe. */
public final class Syncs implements AutoCloseable {
    /** Between two tries of a page: 1 second at first, 5 minutes at last. */
    private static final RetryPolicy RETRIES =
            RetryPolicy.of(new Pauses.Doubling(Duration.ofSeconds(1), Duration.ofMinutes(5), 0.1));

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration TRIAL = Duration.ofSeconds(10);
    private static final int AT_ONCE = 256;

    /** Rows of a page, together, in bytes; less where there is little memory. */
    private static final long LARGEST_PAGE = 4 << 20;

    private static final int PAGES_IN_MEMORY = 8;

    private final SyncTargets targets;
    private final EndpointTargets endpoints;
    private final CopyTargets copies;
    private final ChangeWatch watch;
    private final QueueWorker<Long> worker;
    private volatile boolean stopping;

    /**
     * What syncs stand on.
     *
     * @param organizations whose tables are read
     * @param destinations that tables are copied to
     * @param signatures sign pages as they sign notifications
     * @param mailer brings what is said of receivers that fail to people; without one they are told by events only
     * @param memory for pages
     * @param tracing told of each page and each copy
     */
    public record Ground(
            Database platform,
            OrganizationDatabases organizations,
            DestinationRegistry destinations,
            Sealer sealer,
            Tables tables,
            Outbound outbound,
            Signatures signatures,
            Optional<Mailer> mailer,
            MemoryBudget memory,
            Tracing tracing) {}

    private Syncs(Ground ground, WakeUps wakeUps, BackgroundTasks tasks, SyncMetrics metrics) {
        Database platform = ground.platform();
        Clock clock = Clock.systemUTC();
        SyncedTables tables = new SyncedTables(ground.organizations()::open, ground.tables());
        long largest = Math.min(LARGEST_PAGE, ground.memory().capacity() / PAGES_IN_MEMORY);
        PageMaker maker = new PageMaker(tables, largest, clock);
        PageSender sender = new PageSender(ground.outbound(), ground.signatures(), clock);
        this.targets = new SyncTargets(
                platform,
                ground.sealer(),
                new StandingReader(platform, tables::count),
                deleted -> Thread.ofVirtual().name("forget-sync").start(() -> maker.forgetAll(deleted)));
        SyncRules rules = new SyncRules(ground.outbound()::obstacle);
        this.endpoints = new EndpointTargets(
                targets,
                rules,
                (integration, receiver, terms) -> require(sender, maker, integration, receiver, terms),
                tables::latest);
        CopyRules copyRules = new CopyRules(ground.destinations());
        CopiedTables copied = new CopiedTables(ground.tables());
        Copies copies = new Copies(copyRules, copied, ground.outbound());
        this.copies = new CopyTargets(targets, rules, copyRules, copies, tables::latest);
        this.watch = ChangeWatch.start(platform, wakeUps, tasks);
        ground.tables().whenChanged(watch::changed);
        var runner = new TargetRunner(new TargetRunner.Means(
                platform,
                new SyncRepository(ground.sealer()),
                tables,
                maker,
                sender,
                copied,
                copies,
                new FailingTargets(ground.mailer()),
                ground.organizations()::refresh,
                ground.memory(),
                () -> stopping,
                metrics,
                ground.tracing()));
        this.worker = QueueWorker.start(
                new LeasedQueue<>(
                        platform, Runs.TABLE, row -> row.number("target"), LEASE, RETRIES, QueueListener.NONE),
                AT_ONCE,
                runner,
                wakeUps,
                tasks);
    }

    private static void require(
            PageSender sender, PageMaker maker, Integration integration, Receiver receiver, Terms terms) {
        try {
            Answer answer = sender.send(
                    receiver, maker.empty(integration), terms.timeout().compareTo(TRIAL) < 0 ? terms.timeout() : TRIAL);
            answer.error().ifPresent(why -> {
                throw new SyncException(
                        Field.URL,
                        "Nothing was changed, because the endpoint did not acknowledge a page without rows: %s Let it answer with a status of 200 to 299."
                                .formatted(why));
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SyncException(Field.URL, "The host is being stopped. Try it again in a moment.");
        }
    }

    /** Begins to send. */
    public static Syncs open(Ground ground, WakeUps wakeUps, BackgroundTasks tasks, SyncMetrics metrics) {
        return new Syncs(ground, wakeUps, tasks, metrics);
    }

    /** Who is sent what. */
    public SyncTargets targets() {
        return targets;
    }

    /** Makes and changes endpoints that are sent pages. */
    public EndpointTargets endpoints() {
        return endpoints;
    }

    /** Makes and changes copies in other databases. */
    public CopyTargets copies() {
        return copies;
    }

    /** Lets pages that are on their way come to their end, for a while; with the next one another host goes on. */
    @Override
    public void close() {
        stopping = true;
        worker.close();
        watch.close();
    }
}
