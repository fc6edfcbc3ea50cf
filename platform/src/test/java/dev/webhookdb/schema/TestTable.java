package dev.webhookdb.schema;

import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.tenancy.OrganizationSchema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A table on a real PostgreSQL, and states to store in it. */
final class TestTable implements AutoCloseable {
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

    /** A state of a resource, and since when it is known. */
    record State(String key, Instant asOf, Instant knownAt, Rank rank, String event, String json) {
        /** In a webhook that was received at the same instant. */
        static State event(String key, long second, String event, String json) {
            Instant asOf = Instant.ofEpochSecond(second);
            return new State(key, asOf, asOf, Rank.RECEIVED, event, json);
        }

        /** In a list that was asked at the same instant. */
        static State listed(String key, long second, String json) {
            Instant asOf = Instant.ofEpochSecond(second);
            return new State(key, asOf, asOf, Rank.READ, json, json);
        }

        /** Known since another instant, so many milliseconds after the epoch. */
        State known(long millis) {
            return new State(key, asOf, Instant.ofEpochMilli(millis), rank, event, json);
        }

        State as(Rank other) {
            return new State(key, asOf, knownAt, other, event, json);
        }
    }

    /** What became of states: how many rows were written, and which are undecided. */
    record Stored(int written, Map<String, Instant> undecided) {}

    record Row(String data, Optional<Instant> deletedAt, long change, String version) {}

    @Override
    public void close() {
        database.close();
    }

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
        return stored(states).written();
    }

    Stored stored(List<State> states) {
        String[] keys = states.stream().map(State::key).toArray(String[]::new);
        short[] ranks = new short[states.size()];
        long[] events = new long[states.size()];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = states.get(i).rank().number();
            events[i] = states.get(i).event().hashCode();
        }
        Map<String, Instant> undecided = new TreeMap<>();
        int written = database.transaction(session -> {
            long before = session.sql(table.writes().lock()).one(row -> row.number("latest_change"));
            return session
                    .sql(table.writes().upsert(keys))
                    .bind("keys", keys)
                    .bind("as_ofs", states.stream().map(State::asOf).toArray(Instant[]::new))
                    .bind("known_ats", states.stream().map(State::knownAt).toArray(Instant[]::new))
                    .bind("ranks", ranks)
                    .bind("events", events)
                    .bind("resources", states.stream().map(State::json).toArray(String[]::new))
                    .bind("before", before)
                    .list(row -> {
                        row.optionalText("key").ifPresent(key -> undecided.put(key, row.instant("as_of")));
                        return row.integer("written");
                    })
                    .stream()
                    .mapToInt(Integer::intValue)
                    .sum();
        });
        return new Stored(written, undecided);
    }

    int delete(String key, long second) {
        return delete(Map.of(key, Instant.ofEpochSecond(second)));
    }

    int delete(Map<String, Instant> deletions) {
        return database.transaction(session -> {
            session.sql(table.writes().lock()).list(row -> "");
            return session.sql(table.writes().delete())
                    .bind("keys", deletions.keySet().toArray(String[]::new))
                    .bind("as_ofs", deletions.values().toArray(Instant[]::new))
                    .execute();
        });
    }

    boolean isUndecided(String key, long second, long receivedMillis) {
        return database.transaction(session -> session.sql(table.writes().undecided())
                .bind("key", key)
                .bind("as_of", Instant.ofEpochSecond(second))
                .bind("received", Instant.ofEpochMilli(receivedMillis))
                .one(row -> row.flag("undecided")));
    }

    /** What users see of every row, by key. */
    Map<String, String> contents() {
        String shown = table.resource().deletable()
                ? "case when deleted_at is null then data::text else 'deleted' end"
                : "data::text";
        Map<String, String> contents = new TreeMap<>();
        database.run(session -> session.sql("select %s as key, %s as content from %s"
                        .formatted(
                                Identifiers.quote(table.resource().key().name()),
                                shown,
                                Identifiers.quote(table.name())))
                .list(row -> contents.put(row.text("key"), row.text("content"))));
        return contents;
    }

    /** Which version of every row is stored, by key: it changes with everything that is written. */
    Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        database.run(session -> session.sql("select %s as key, ctid::text || xmin::text as version from %s"
                        .formatted(Identifiers.quote(table.resource().key().name()), Identifiers.quote(table.name())))
                .list(row -> versions.put(row.text("key"), row.text("version"))));
        return versions;
    }

    void clear() {
        database.run(session ->
                session.sql("truncate " + Identifiers.quote(table.name())).execute());
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
