package dev.webhookdb.testkit;

import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.schema.Table;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.store.Origin;
import dev.webhookdb.store.State;
import dev.webhookdb.store.TableWriter;
import dev.webhookdb.store.UnstorableException;
import dev.webhookdb.tenancy.OrganizationSchema;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A resource's table on a real PostgreSQL, filled by the platform's own code. All tables of a JVM are in one database. */
final class Storage {
    private static final AtomicInteger TABLES = new AtomicInteger();

    private final Database database;
    private final Table table;

    private Storage(Database database, Table table) {
        this.database = database;
        this.table = table;
    }

    /** Creates a table of its own. */
    static Storage of(Resource resource) {
        Database database = Shared.DATABASE;
        var table = new Table("kit_%d_%s".formatted(TABLES.incrementAndGet(), resource.name()), resource);
        var storage = new Storage(database, table);
        storage.create();
        return storage;
    }

    /** Runs the statements that create the table; may be repeated. */
    void create() {
        database.run(session ->
                table.create().forEach(statement -> session.sql(statement).execute()));
    }

    /**
     * Stores a batch.
     *
     * @return why something could not be stored, by its position in the batch
     */
    Map<Integer, String> store(List<Arrival> batch) {
        Map<Integer, String> refused = new TreeMap<>();
        List<State> states = new ArrayList<>();
        for (int position = 0; position < batch.size(); position++) {
            try {
                states.add(state(batch.get(position), position));
            } catch (UnstorableException e) {
                refused.put(position, e.getMessage());
            }
        }
        refused.putAll(
                TableWriter.store(database, table, states, Origin.WEBHOOK).refused());
        return refused;
    }

    private State state(Arrival arrival, int position) {
        Resource resource = table.resource();
        return switch (arrival.item()) {
            case Item.Upsert upsert ->
                switch (arrival.source()) {
                    case WEBHOOK -> State.of(resource, upsert, arrival.known(), position);
                    case LISTING -> State.listed(resource, upsert.resource(), upsert.asOf(), arrival.known(), position);
                    case LIST_OF_EVENTS -> State.listedEvent(resource, upsert, arrival.known(), position);
                };
            case Item.Delete delete -> State.of(resource, delete, position);
            case Item.Fetch fetch -> throw new IllegalArgumentException("What has to be fetched has no state");
        };
    }

    /** Stores a batch of which nothing may be refused. */
    void storeAll(List<Arrival> batch) {
        store(batch)
                .forEach((position, reason) -> Require.failed(
                        "A sample cannot be stored: %s".formatted(reason),
                        "Look at the key, and at the columns' types and conversions."));
    }

    /** Removes all rows. */
    void clear() {
        database.run(session -> session.sql("truncate " + name()).execute());
    }

    /** Returns what users see of every row, by key. */
    Map<String, String> rows() {
        return byKey("(to_jsonb(one) - array['pk', '_change', '_seen', '_rank', '_known_at'])::text");
    }

    /** Returns which version of every row is stored, by key: it changes with everything that is written. */
    Map<String, String> versions() {
        return byKey("one.ctid::text || ' ' || one.xmin::text || ' ' || one._change");
    }

    /** Returns by which instant every row is ordered, by key. */
    Map<String, String> instants() {
        return byKey("one._as_of::text");
    }

    /** Returns the values of a column as text, by key. */
    Map<String, String> values(Column column) {
        return byKey("coalesce(one.%s::text, 'NULL')".formatted(Identifiers.quote(column.name())));
    }

    /** Returns whether a row's {@code data} is a JSON text, by key. */
    Map<String, String> data() {
        return byKey("one.data::text");
    }

    /** Adds and fills columns as the platform does when a newer connector declares more of them. */
    Storage withColumnsOf(Resource newer) {
        var grown = new Table(table.name(), newer);
        List<String> existing =
                table.resource().columns().stream().map(Column::name).toList();
        List<Column> added = grown.missing(existing);
        if (!added.isEmpty()) {
            database.run(session -> {
                session.sql(grown.add(added)).execute();
                session.sql(grown.fill(added))
                        .bind("from", 0)
                        .bind("to", Integer.MAX_VALUE)
                        .execute();
            });
            added.stream()
                    .filter(Column::indexed)
                    .forEach(column -> database.autocommit(session ->
                            session.sql(grown.indexConcurrently(column)).execute()));
        }
        return new Storage(database, grown);
    }

    private Map<String, String> byKey(String expression) {
        String key = Identifiers.quote(table.resource().key().name());
        return database.transaction(session -> session
                .sql("select one.%s as key, %s as value from %s as one".formatted(key, expression, name()))
                .list(row -> Map.entry(row.text("key"), row.text("value")))
                .stream()
                .collect(
                        Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, other) -> other, TreeMap::new)));
    }

    private String name() {
        return "public." + Identifiers.quote(table.name());
    }

    /** Opened when the first test needs it, and dropped at the end of the JVM. */
    private static final class Shared {
        private static final Duration PATIENCE = Duration.ofSeconds(30);

        static final Database DATABASE = open();

        private static Database open() {
            try {
                Database database = TestPostgres.freshDatabase();
                migrate(database, Instant.now().plus(PATIENCE));
                return database;
            } catch (DatabaseException e) {
                throw new AssertionError(
                        "There is no PostgreSQL to test with: %s\n  What to do: Name one in WEBHOOKDB_TEST_JDBC_URL, or start a container engine."
                                .formatted(e.getMessage()),
                        e);
            }
        }

        /** A busy machine takes longer for the first connection than a server may. */
        private static void migrate(Database database, Instant until) {
            while (true) {
                try {
                    OrganizationSchema.standard().migrate(database);
                    return;
                } catch (DatabaseException e) {
                    if (e.kind() != DatabaseException.Kind.UNAVAILABLE
                            || Instant.now().isAfter(until)) {
                        throw e;
                    }
                }
            }
        }
    }
}
