package dev.webhookdb.notify;

import dev.webhookdb.change.ChangeFeed;
import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.event.Events;
import dev.webhookdb.integration.Things;
import dev.webhookdb.notify.Subscription.Endpoint;
import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.Subscription.Payload;
import dev.webhookdb.observe.DispatchMetrics;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.platform.TestPostgres;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A platform with organizations that have rows, and everything that tells of them but the sender. */
final class Feeding extends Things {
    final ChangeFeed feed;
    final Following following;
    final Conditions conditions;
    final Events events = new Events(database, wakeUps);
    final SubscriptionRepository subscriptions;
    final Metrics measured = Metrics.start();
    final DispatchMetrics metrics = measured.dispatching();

    Feeding(Path directory) {
        super(directory);
        feed = new ChangeFeed(databases::open);
        following = new Following(database, feed, tables, integrations);
        conditions = new Conditions(database, databases, integrations);
        events.whenFirstPulled(following::align);
        subscriptions = new SubscriptionRepository(vault);
        TestPostgres.makePartitions(database, "event", "delivery", "delivery_attempt");
    }

    /** One more host. */
    Dispatcher dispatcher() {
        return Dispatcher.start(database, feed, following, connectors, conditions, wakeUps, tasks, metrics);
    }

    Dispatch dispatch() {
        return new Dispatch(database, feed, connectors, conditions::fulfilled, metrics);
    }

    /** The same with something else that evaluates conditions. */
    Dispatch dispatch(Dispatch.RowConditions others) {
        return new Dispatch(database, feed, connectors, others, metrics);
    }

    Subscription subscribe(long organization, OptionalLong integration, String... events) {
        return subscribe(
                organization, integration, new Filter(List.of(events), List.of(), Optional.empty(), List.of()), false);
    }

    Subscription subscribe(long organization, OptionalLong integration, Filter filter, boolean ordered) {
        Manner manner = new Manner(Payload.AUTO, ordered, false, false, OptionalInt.empty(), 16);
        Subscription created = database.transaction(session -> subscriptions.insert(
                session,
                new Subscription(
                        0,
                        OpaqueId.withPrefix("wh_"),
                        organization,
                        integration,
                        new Endpoint("https://example.org", "secret", Optional.empty(), Optional.empty()),
                        filter,
                        manner,
                        Subscription.Status.ACTIVE,
                        Optional.empty(),
                        "test",
                        Instant.EPOCH)));
        following.align(organization);
        return created;
    }

    /** What is in the queue for a subscription, in its order. */
    record Queued(String type, String key, boolean due, boolean replay, String body) {}

    List<Queued> queued(Subscription subscription) {
        return database.transaction(session -> session.sql("""
                        select type, coalesce(key, '') as key, due_at is not null as due, replay, body from delivery_queue
                        join event on event.organization_id = delivery_queue.organization_id and number = event_number
                          and event.created_at = event_at
                        where subscription_id = :subscription order by delivery_queue.id""")
                .bind("subscription", subscription.id())
                .list(row -> new Queued(
                        row.text("type"), row.text("key"), row.flag("due"), row.flag("replay"), row.text("body"))));
    }

    List<String> types(Subscription subscription) {
        return queued(subscription).stream().map(Queued::type).toList();
    }

    List<String> keys(Subscription subscription) {
        return queued(subscription).stream().map(Queued::key).toList();
    }

    @Override
    public void close() {
        events.close();
        super.close();
    }
}
