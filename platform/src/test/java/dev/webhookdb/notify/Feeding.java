package dev.webhookdb.notify;

import dev.webhookdb.account.Organizations;
import dev.webhookdb.change.ChangeFeed;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.crypto.Vault;
import dev.webhookdb.event.Events;
import dev.webhookdb.integration.ColumnFiller;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.notify.Subscription.Endpoint;
import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.Subscription.Payload;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import dev.webhookdb.store.Origin;
import dev.webhookdb.store.State;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A platform with organizations that have rows, and everything that tells of them but the sender. */
final class Feeding implements AutoCloseable {
    final PlatformDatabase platform = TestPostgres.platform();
    final Database database = platform.database();
    final BackgroundTasks tasks = new BackgroundTasks();
    final WakeUps wakeUps = WakeUps.start(database, tasks);
    final Vault vault;
    final OrganizationDatabases databases;
    final ConnectorRegistry connectors;
    final Tables tables;
    final Integrations integrations;
    final Organizations organizations;
    final ChangeFeed feed;
    final Following following;
    final Conditions conditions;
    final Events events = new Events(database, wakeUps);
    final SubscriptionRepository subscriptions;

    Feeding(Path directory) {
        TestConnector.named("one")
                .members("""
                        static Resource one(String name) {
                            return Resource.named(name, "Thing").key(text("thing_id").at("id"))
                                .columns(text("status"), bigint("amount"), timestamp("updated").asOf()).orderedBy("updated").deletable()
                                .backfill(Fixture::fetch).build();
                        }""")
                .resources("return List.of(one(\"one_thing_v1\"), one(\"one_other_v1\"));")
                .writeTo(directory.resolve("connectors/one.jar"));
        vault = Vault.open(directory.resolve("key.json"));
        databases = new OrganizationDatabases(database, platform.servers(), vault);
        connectors = ConnectorRegistry.open(directory.resolve("connectors"));
        tables = new Tables(databases::open, connectors, new ColumnFiller(tasks));
        integrations = new Integrations(database, vault, connectors, tables);
        organizations = new Organizations(database, databases);
        feed = new ChangeFeed(databases::open);
        following = new Following(database, feed, tables, integrations);
        conditions = new Conditions(database, databases, integrations);
        events.whenFirstPulled(following::align);
        subscriptions = new SubscriptionRepository(vault);
        TestPostgres.makePartitions(database, "event", "delivery", "delivery_attempt");
    }

    /** One more host. */
    Dispatcher dispatcher() {
        return Dispatcher.start(database, feed, following, connectors, conditions, wakeUps, tasks);
    }

    Dispatch dispatch() {
        return new Dispatch(database, feed, connectors, conditions::fulfilled);
    }

    Integration integration(long organization) {
        return integration(organization, "one_thing_v1");
    }

    Integration integration(long organization, String service) {
        return integrations.create(organization, List.of(service), Map.of()).getFirst();
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

    void store(Integration integration, String key, long second, String status) {
        store(integration, Origin.WEBHOOK, key, second, status);
    }

    void store(Integration integration, Origin origin, String key, long second, String status) {
        Json.Obj thing = new Json.Obj(Map.of(
                "id", new Json.Str(key),
                "status", new Json.Str(status),
                "amount", new Json.Num(BigDecimal.valueOf(second))));
        Instant at = Instant.ofEpochSecond(second);
        tables.store(
                integration,
                List.of(State.of(resource(integration), Item.upsert(thing, at).event(key + second), at, 0)),
                position -> origin);
    }

    void delete(Integration integration, String key, long second) {
        tables.store(
                integration,
                List.of(State.of(resource(integration), Item.delete(key, Instant.ofEpochSecond(second)), 0)),
                position -> Origin.WEBHOOK);
    }

    private Resource resource(Integration integration) {
        return connectors.resource(integration.service()).orElseThrow().resource();
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

    long count(String sql) {
        return database.transaction(
                session -> session.sql("select count(*) as n from " + sql).one(row -> row.number("n")));
    }

    @Override
    public void close() {
        organizations.all().forEach(each -> databases.drop(each.id()));
        databases.close();
        connectors.close();
        events.close();
        wakeUps.close();
        platform.close();
    }
}
