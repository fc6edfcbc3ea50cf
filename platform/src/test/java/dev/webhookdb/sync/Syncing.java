package dev.webhookdb.sync;

import static org.awaitility.Awaitility.await;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Organization;
import dev.webhookdb.connector.DestinationRegistry;
import dev.webhookdb.crypto.SigningKey;
import dev.webhookdb.integration.ColumnFiller;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.integration.Things;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.notify.Signatures;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.outbound.Receiver;
import dev.webhookdb.outbound.Receiver.Got;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sync.SyncTarget.Terms;
import dev.webhookdb.tenancy.OrganizationDatabases;
import dev.webhookdb.trace.Tracing;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An organization with a table of things, hosts that sync it, and what a receiver makes of pages; made once, because that takes a while. */
final class Syncing extends Things {
    static final Actor SOMEBODY = new Actor.Operator("127.0.0.1");
    static final Terms ON_CHANGE = Terms.STANDARD.onChange();

    private final List<String> left = new ArrayList<>();
    private int begun;
    Organization organization;
    Integration things;

    Syncing(Path directory) {
        super(directory);
        begin();
    }

    /** Goes on with another organization, and nothing synced yet. */
    void begin() {
        database.run(session -> session.sql("delete from sync_target; delete from account_event")
                .execute());
        dropLeft();
        if (organization != null) {
            databases.drop(organization.id());
        }
        organization = organizations.create("synced " + ++begun);
        things = integration(organization.id());
    }

    /** Goes on with nothing synced yet. */
    void forget() {
        database.run(session -> session.sql("delete from sync_target; delete from account_event")
                .execute());
    }

    /** One more host. */
    Syncs host() {
        return host(64 << 20);
    }

    Syncs host(long memory) {
        return host(databases, tables, memory);
    }

    /** One that knows by itself where organizations are. */
    Syncs host(OrganizationDatabases known) {
        return host(known, new Tables(known::open, connectors, new ColumnFiller(tasks)), 64 << 20);
    }

    private Syncs host(OrganizationDatabases known, Tables shapes, long memory) {
        return Syncs.open(
                new Syncs.Ground(
                        database,
                        known,
                        DestinationRegistry.open(Path.of("no-destinations"), tasks),
                        vault,
                        shapes,
                        new Outbound(
                                InetAddress::isLoopbackAddress,
                                Clock.systemUTC(),
                                Metrics.none().outbound()),
                        new Signatures(SigningKey.open(database, vault)),
                        Optional.empty(),
                        new MemoryBudget("pages", memory),
                        Tracing.none()),
                wakeUps,
                tasks,
                Metrics.none().syncs());
    }

    /** Where organizations are, as one more host knows it. */
    OrganizationDatabases known() {
        return new OrganizationDatabases(database, platform.servers(), vault);
    }

    /** Copies the organization's database as it is; returns the name of the copy. */
    String copied() {
        String present = databaseName();
        String copy = present + "_moved";
        TestPostgres.allowConnections(present, false);
        administer("create database \"%s\" template \"%s\" owner \"%2$s_owner\"".formatted(copy, present));
        TestPostgres.allowConnections(present, true);
        await().ignoreExceptions().until(() -> databases.open(organization.id()).available());
        return copy;
    }

    /** From now on the organization is in a copy, as far as the platform and one host know; what it left stays for others for a while. */
    void move(String copy) {
        left.add(databaseName());
        database.run(session -> session.sql(
                        "update organization_database set database_name = :copy, revision = revision + 1 where organization_id = :id")
                .bind("copy", copy)
                .bind("id", organization.id())
                .execute());
        databases.refresh();
    }

    private void dropLeft() {
        left.forEach(name -> administer("drop database \"%s\" with (force)".formatted(name)));
        left.clear();
    }

    @Override
    public void close() {
        dropLeft();
        super.close();
    }

    private String databaseName() {
        return database.transaction(
                session -> session.sql("select database_name from organization_database where organization_id = :id")
                        .bind("id", organization.id())
                        .one(row -> row.text("database_name")));
    }

    private static void administer(String statement) {
        try (Database administration = TestPostgres.administration()) {
            administration.autocommit(session -> session.sql(statement).execute());
        }
    }

    /** Returns a receiver's URL with a user and password. */
    static String url(Receiver receiver) {
        return receiver.url().replace("http://", "http://us%40er:p%3Ass@");
    }

    SyncTarget create(Syncs host, Receiver receiver, Terms terms) {
        SyncTarget made =
                host.endpoints().create(SOMEBODY, organization, things, url(receiver), Optional.empty(), terms, true);
        receiver.got.clear();
        return made;
    }

    SyncStanding standing(Syncs host, SyncTarget target) {
        return host.targets().standings(organization).get(target.id());
    }

    /** Lets time go by as far as the queue is concerned. */
    void pass(Duration time) {
        database.run(session -> session.sql(
                        "update sync_run set due_at = due_at - :time * interval '1 millisecond' where claimed_by is null")
                .bind("time", time.toMillis())
                .execute());
        database.run(session -> WakeUps.tell(session, Runs.QUEUE));
    }

    static Json.Obj json(Got page) {
        return (Json.Obj) JsonReader.read(page.body().getBytes(StandardCharsets.UTF_8));
    }

    static List<Json.Obj> rows(Got page) {
        return ((Json.Arr) json(page).fields().get("rows"))
                .items().stream().map(Json.Obj.class::cast).toList();
    }

    static String text(Json.Obj row, String column) {
        return row.fields().get(column) instanceof Json.Str(String value) ? value : "";
    }

    static long number(Json.Obj object, String name) {
        return ((Json.Num) object.fields().get(name)).value().longValueExact();
    }

    /** The keys of the rows of pages, in their order. */
    static List<String> keys(List<Got> pages) {
        List<String> keys = new ArrayList<>();
        pages.forEach(page -> rows(page).forEach(row -> keys.add(text(row, "thing_id"))));
        return keys;
    }

    /** What a receiver has that applies each page once: the status by key, of those that are not deleted. */
    static Map<String, String> applied(List<Got> pages) {
        Map<String, String> statuses = new HashMap<>();
        List<String> seen = new ArrayList<>();
        for (Got page : pages) {
            if (seen.contains(text(json(page), "page_id"))) {
                continue;
            }
            seen.add(text(json(page), "page_id"));
            for (Json.Obj row : rows(page)) {
                if (text(row, "deleted_at").isEmpty()) {
                    statuses.put(text(row, "thing_id"), text(row, "status"));
                } else {
                    statuses.remove(text(row, "thing_id"));
                }
            }
        }
        return statuses;
    }

    /** What the table holds, likewise. */
    Map<String, String> held() {
        Map<String, String> statuses = new HashMap<>();
        databases
                .open(organization.id())
                .run(session -> session.sql("select thing_id, status from \"%s\" where deleted_at is null"
                                .formatted(things.table()))
                        .list(row -> statuses.put(row.text("thing_id"), row.text("status"))));
        return statuses;
    }
}
