package dev.webhookdb.integration;

import dev.webhookdb.account.Organizations;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.crypto.Vault;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import dev.webhookdb.store.Cause;
import dev.webhookdb.store.Origin;
import dev.webhookdb.store.State;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A platform with organizations, and rows in tables of their integrations. */
public class Things implements AutoCloseable {
    public final PlatformDatabase platform = TestPostgres.platform();
    public final Database database = platform.database();
    public final BackgroundTasks tasks = new BackgroundTasks();
    public final WakeUps wakeUps = WakeUps.start(database, tasks);
    public final Vault vault;
    public final OrganizationDatabases databases;
    public final ConnectorRegistry connectors;
    public final Tables tables;
    public final Integrations integrations;
    public final Organizations organizations;

    /** @param directory where the connector and the key are */
    public Things(Path directory) {
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
    }

    public Integration integration(long organization) {
        return integration(organization, "one_thing_v1");
    }

    public Integration integration(long organization, String service) {
        return integrations.create(organization, List.of(service), Map.of()).getFirst();
    }

    public void store(Integration integration, String key, long second, String status) {
        store(integration, Origin.WEBHOOK, key, second, status);
    }

    public void store(Integration integration, Origin origin, String key, long second, String status) {
        Json.Obj thing = new Json.Obj(Map.of(
                "id", new Json.Str(key),
                "status", new Json.Str(status),
                "amount", new Json.Num(BigDecimal.valueOf(second))));
        Instant at = Instant.ofEpochSecond(second);
        tables.store(
                integration,
                List.of(State.of(resource(integration), Item.upsert(thing, at).event(key + second), at, 0)),
                position -> Cause.of(origin));
    }

    public void delete(Integration integration, String key, long second) {
        tables.store(
                integration,
                List.of(State.of(resource(integration), Item.delete(key, Instant.ofEpochSecond(second)), 0)),
                position -> Cause.of(Origin.WEBHOOK));
    }

    private Resource resource(Integration integration) {
        return connectors.resource(integration.service()).orElseThrow().resource();
    }

    public long count(String sql) {
        return database.transaction(
                session -> session.sql("select count(*) as n from " + sql).one(row -> row.number("n")));
    }

    @Override
    public void close() {
        organizations.all().forEach(each -> databases.drop(each.id()));
        databases.close();
        connectors.close();
        wakeUps.close();
        platform.close();
    }
}
