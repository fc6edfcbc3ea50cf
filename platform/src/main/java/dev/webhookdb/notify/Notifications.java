package dev.webhookdb.notify;

import dev.webhookdb.change.ChangeFeed;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.crypto.SigningKey;
import dev.webhookdb.event.Events;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.mail.Mailer;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.DispatchMetrics;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.observe.NotifyMetrics;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Database;
import dev.webhookdb.tenancy.OrganizationDatabases;
import dev.webhookdb.trace.Tracing;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Notifications as a whole: follows tables, makes events and deliveries of their changes, and delivers. Thread-safe.
 *
 * <p>Once it is open, nothing is written to a followed table without being told.
 */
public final class Notifications implements AutoCloseable {
    private final Events events;
    private final EventTypes types;
    private final Subscriptions subscriptions;
    private final Outbox outbox;
    private final Signatures signatures;
    private final Dispatcher dispatcher;
    private final Sender sender;
    private final Replays replays;

    /**
     * What notifications stand on.
     *
     * @param organizations whose tables are followed
     * @param mailer brings what is said of endpoints that fail to people; without one they are told by events only
     * @param publicUrl where events can be fetched
     * @param disableAfter how long an endpoint has to fail until it is disabled
     * @param tracing told of each attempt to deliver an event
     */
    public record Ground(
            Database platform,
            OrganizationDatabases organizations,
            Sealer sealer,
            ConnectorRegistry connectors,
            Integrations integrations,
            Tables tables,
            Outbound outbound,
            Optional<Mailer> mailer,
            URI publicUrl,
            Duration disableAfter,
            Tracing tracing) {}

    /** What is measured of making deliveries, and of delivering. */
    public record Measured(DispatchMetrics dispatching, NotifyMetrics delivering) {
        /** Returns what a host measures. */
        public static Measured by(Metrics metrics) {
            return new Measured(metrics.dispatching(), metrics.notifications());
        }
    }

    private Notifications(Ground ground, WakeUps wakeUps, BackgroundTasks tasks, Measured metrics) {
        Database platform = ground.platform();
        Clock clock = Clock.systemUTC();
        ChangeFeed feed = new ChangeFeed(ground.organizations()::open);
        Following following = new Following(platform, feed, ground.tables(), ground.integrations());
        Conditions conditions = new Conditions(platform, ground.organizations(), ground.integrations());
        this.events = new Events(platform, wakeUps);
        this.types = new EventTypes(ground.connectors());
        this.signatures = new Signatures(SigningKey.open(platform, ground.sealer()));
        this.subscriptions = new Subscriptions(
                platform,
                ground.sealer(),
                ground.integrations(),
                types,
                ground.outbound()::obstacle,
                conditions::check,
                following);
        this.dispatcher = Dispatcher.start(
                platform, feed, following, ground.connectors(), conditions, wakeUps, tasks, metrics.dispatching());
        ground.tables().followedBy(dispatcher);
        events.whenFirstPulled(following::alignInTime);
        this.sender = Sender.start(
                new Sender.Means(
                        platform,
                        ground.sealer(),
                        ground.outbound(),
                        signatures,
                        ground.mailer(),
                        ground.publicUrl(),
                        ground.disableAfter(),
                        clock,
                        ground.tracing()),
                wakeUps,
                tasks,
                metrics.delivering());
        RowSamples samples = new RowSamples(ground.organizations()::open, ground.integrations(), ground.connectors());
        this.replays = Replays.start(platform, ground.integrations(), conditions, wakeUps, tasks);
        this.outbox = new DatabaseOutbox(
                new Deliveries(platform),
                new Trial(platform, samples, ground.outbound(), signatures, ground.publicUrl(), clock),
                replays);
    }

    /** Begins to tell. To be opened before anything writes to organizations' tables. */
    public static Notifications open(Ground ground, WakeUps wakeUps, BackgroundTasks tasks, Measured metrics) {
        return new Notifications(ground, wakeUps, tasks, metrics);
    }

    /** Who is told of what. */
    public Subscriptions subscriptions() {
        return subscriptions;
    }

    /** What becomes of what they are told. */
    public Outbox outbox() {
        return outbox;
    }

    /** What can be told. */
    public EventTypes types() {
        return types;
    }

    /** What happened, for those who ask. */
    public Events events() {
        return events;
    }

    /** What signs everything that is sent to somebody's endpoint. */
    public Signatures signatures() {
        return signatures;
    }

    /** Returns the public half of the key with which this installation signs, {@code whpk_...}. */
    public String signingKey() {
        return signatures.publicKey();
    }

    /** Stops to make deliveries, and then to deliver. */
    @Override
    public void close() {
        dispatcher.close();
        replays.close();
        sender.close();
        events.close();
    }
}
