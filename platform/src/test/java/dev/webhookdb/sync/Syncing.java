package dev.webhookdb.sync;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Organization;
import dev.webhookdb.connector.DestinationRegistry;
import dev.webhookdb.crypto.SigningKey;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Things;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.notify.Signatures;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.outbound.Receiver;
import dev.webhookdb.outbound.Receiver.Got;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sync.SyncTarget.Terms;
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
        return Syncs.open(
                new Syncs.Ground(
                        database,
                        databases,
                        DestinationRegistry.open(Path.of("no-destinations"), tasks),
                        vault,
                        tables,
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
