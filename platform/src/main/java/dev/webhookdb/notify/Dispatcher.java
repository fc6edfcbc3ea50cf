package dev.webhookdb.notify;

import dev.webhookdb.change.ChangeFeed;
import dev.webhookdb.change.ChangeFeed.Backlog;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.event.AccountEvents;
import dev.webhookdb.event.Events;
import dev.webhookdb.integration.Followers;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.notify.OrganizationSlots.Chore;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.DispatchMetrics;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Has told what happens: of changes of rows behind a durable position, and of what happens to accounts, come events and deliveries, exactly
 * once into the queue. Writers wake it; what a host that died left is found by looking. Thread-safe.
 *
 * <p>A look keeps a connection to the organization's database, so those of which nothing was heard for a while are seldom looked at.
 */
public final class Dispatcher implements Followers, AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration ALIGN = Duration.ofSeconds(30);
    private static final Duration PRUNE = Duration.ofMinutes(1);

    /** For how long after something was heard of an organization it is looked at often. */
    private static final Duration LIVELY = Duration.ofMinutes(5);

    /** Longer than connections are kept that nobody uses. */
    private static final Duration SELDOM = Duration.ofMinutes(15);

    /** How long changes are kept that were told. */
    private static final Duration KEPT = Duration.ofHours(1);

    private final Database platform;
    private final ChangeFeed feed;
    private final Following following;
    private final Dispatch dispatch;
    private final DispatchMetrics metrics;
    private final Clock clock;
    private final OrganizationSlots desks = new OrganizationSlots(new Work());
    private final Map<Long, Long> heardOf = new ConcurrentHashMap<>();
    private final Map<Long, Long> lookedAt = new ConcurrentHashMap<>();
    private List<BackgroundTask> tasks = List.of();

    private Dispatcher(
            Database platform,
            ChangeFeed feed,
            Following following,
            ConnectorRegistry connectors,
            Dispatch.RowConditions conditions,
            DispatchMetrics metrics,
            Clock clock) {
        this.platform = platform;
        this.feed = feed;
        this.following = following;
        this.dispatch = new Dispatch(platform, feed, connectors, conditions, metrics);
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Begins to work. To be given to {@link dev.webhookdb.integration.Tables#followedBy}. */
    public static Dispatcher start(
            Database platform,
            ChangeFeed feed,
            Following following,
            ConnectorRegistry connectors,
            Conditions conditions,
            WakeUps wakeUps,
            BackgroundTasks tasks,
            DispatchMetrics metrics) {
        return start(platform, feed, following, connectors, conditions::fulfilled, wakeUps, tasks, metrics);
    }

    /** The same with something else that evaluates conditions. */
    static Dispatcher start(
            Database platform,
            ChangeFeed feed,
            Following following,
            ConnectorRegistry connectors,
            Dispatch.RowConditions conditions,
            WakeUps wakeUps,
            BackgroundTasks tasks,
            DispatchMetrics metrics) {
        var dispatcher = new Dispatcher(platform, feed, following, connectors, conditions, metrics, Clock.systemUTC());
        dispatcher.begin(wakeUps, tasks);
        return dispatcher;
    }

    private void begin(WakeUps wakeUps, BackgroundTasks background) {
        Events.skipNumbers(platform);
        var accounts = new AccountDispatch(platform, metrics);
        BackgroundTask account = background.start("tell-account-events", LOOK, accounts::all);
        wakeUps.register(AccountEvents.CHANNEL, account::wake);
        tasks = List.of(
                account,
                background.start("tell-changes", LOOK, this::look),
                background.start(
                        "follow-tables",
                        ALIGN,
                        () -> following
                                .organizations()
                                .forEach(organization -> desks.perform(organization, Chore.ALIGN))),
                background.start(
                        "drop-told-changes",
                        PRUNE,
                        () -> heardOf.keySet().stream()
                                .filter(this::isLively)
                                .forEach(organization -> desks.perform(organization, Chore.PRUNE))));
    }

    @Override
    public boolean want(Integration integration) {
        return following.want(integration);
    }

    @Override
    public void changed(Integration integration) {
        changed(integration.organizationId(), integration.id());
    }

    /** Wakes whoever tells of an integration's changes. */
    public void changed(long organizationId, long integrationId) {
        heardOf.put(organizationId, System.nanoTime());
        desks.dispatch(organizationId, integrationId);
    }

    /** Of organizations of which nothing was heard, changes that were told are dropped as seldom as they are looked at. */
    private void look() {
        long now = System.nanoTime();
        List<Long> organizations = platform.transaction(Positions::organizations);
        heardOf.keySet().retainAll(organizations);
        lookedAt.keySet().retainAll(organizations);
        metrics.retain(organizations);
        for (long organization : organizations) {
            heardOf.putIfAbsent(organization, now);
            boolean lively = isLively(organization);
            if (lively || now - lookedAt.getOrDefault(organization, now - SELDOM.toNanos()) >= SELDOM.toNanos()) {
                lookedAt.put(organization, now);
                desks.perform(organization, Chore.LOOK);
                if (!lively) {
                    desks.perform(organization, Chore.PRUNE);
                }
            }
        }
    }

    private boolean isLively(long organization) {
        Long heard = heardOf.get(organization);
        return heard != null && System.nanoTime() - heard < LIVELY.toNanos();
    }

    private final class Work implements OrganizationSlots.Work {
        @Override
        public boolean dispatch(long organizationId, long integrationId) {
            return dispatch.next(integrationId);
        }

        @Override
        public Set<Long> perform(long organizationId, Chore chore) {
            return switch (chore) {
                case LOOK -> behind(organizationId);
                case ALIGN -> {
                    following.align(organizationId);
                    yield Set.of();
                }
                case PRUNE -> {
                    feed.prune(organizationId, clock.instant().minus(KEPT), following.positions(organizationId));
                    yield Set.of();
                }
            };
        }
    }

    /** What is dispatched next says when that is over. */
    private Set<Long> behind(long organizationId) {
        List<Backlog> behind = feed.behind(organizationId, following.positions(organizationId));
        metrics.behind(
                organizationId,
                behind.stream()
                        .map(one -> new DispatchMetrics.Backlog(one.integrationId(), one.changes(), one.age()))
                        .toList());
        return behind.stream().map(Backlog::integrationId).collect(Collectors.toUnmodifiableSet());
    }

    /** What is under way comes to its end by itself, or is begun anew by another host. */
    @Override
    public void close() {
        desks.close();
        tasks.forEach(BackgroundTask::close);
    }
}
