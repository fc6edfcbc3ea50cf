package dev.webhookdb.schema;

import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.tenancy.OrganizationSchema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A table on a real PostgreSQL, and states to store in it. */
final class TestTable {
    private final Database database;
    private final Table table;

    private TestTable(Database database, Table table) {
        this.database = database;
        this.table = table;
    }

    static TestTable of(Resource resource) {
        return in(TestPostgres.freshDatabase(), "things", resource);
    }

    static TestTable in(Database database, String name, Resource resource) {
        var table = new Table(name, resource);
        OrganizationSchema.standard().migrate(database);
        database.run(session ->
                table.create().forEach(statement -> session.sql(statement).execute()));
        return new TestTable(database, table);
    }

    /** A state: an event's if it has an id, else a list's. */
    record State(String key, long second, Optional<String> event, String json) {
        static State event(String key, long second, String event, String json) {
            return new State(key, second, Optional.of(event), json);
        }

        static State listed(String key, long second, String json) {
            return new State(key, second, Optional.empty(), json);
        }
    }

    record Row(String data, Optional<Instant> deletedAt, long change, String version) {}

    Database database() {
        return database;
    }

    Table table() {
        return table;
    }

    int store(State... states) {
        return store(List.of(states));
    }

    int store(List<State> states) {
        short[] ranks = new short[states.size()];
        long[] events = new long[states.size()];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = (short) (states.get(i).event().isPresent() ? 1 : 0);
            events[i] = states.get(i).event().orElse(states.get(i).json()).hashCode();
        }
        return database.transaction(session -> {
            long before = session.sql(table.lock()).one(row -> row.number("latest_change"));
            return session.sql(table.upsert())
                    .bind("keys", states.stream().map(State::key).toArray(String[]::new))
                    .bind(
                            "as_ofs",
                            states.stream()
                                    .map(state -> Instant.ofEpochSecond(state.second()))
                                    .toArray(Instant[]::new))
                    .bind("ranks", ranks)
                    .bind("events", events)
                    .bind("resources", states.stream().map(State::json).toArray(String[]::new))
                    .bind("before", before)
                    .one(row -> row.integer("written"));
        });
    }

    int delete(String key, long second) {
        return database.transaction(session -> {
            session.sql(table.lock()).list(row -> "");
            return session.sql(table.delete())
                    .bind("keys", new String[] {key})
                    .bind("as_ofs", new Instant[] {Instant.ofEpochSecond(second)})
                    .execute();
        });
    }

    Optional<Row> row(String key) {
        String deleted = table.resource().deletable() ? "deleted_at" : "null::timestamptz as deleted_at";
        return database.transaction(session -> session.sql(
                        "select data::text, %s, _change, xmin::text as version from %s where %s = :key"
                                .formatted(
                                        deleted,
                                        Identifiers.quote(table.name()),
                                        Identifiers.quote(table.resource().key().name())))
                .bind("key", key)
                .first(row -> new Row(
                        row.text("data"),
                        row.optionalInstant("deleted_at"),
                        row.number("_change"),
                        row.text("version"))));
    }

    String value(String key, String column) {
        return database.transaction(session -> session.sql("select %s::text as value from %s where %s = :key"
                        .formatted(
                                Identifiers.quote(column),
                                Identifiers.quote(table.name()),
                                Identifiers.quote(table.resource().key().name())))
                .bind("key", key)
                .one(row -> row.optionalText("value").orElse("NULL")));
    }
}
