package dev.webhookdb.store;

import dev.webhookdb.schema.Table;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Stores states in a table. Stateless.
 *
 * <p>A batch is one transaction. If PostgreSQL objects to the data, the batch is split until what it objects to stands alone, and
 * the rest is stored.
 */
public final class TableWriter {
    /** Less than a delivery is hidden from others. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private TableWriter() {}

    /**
     * What became of states.
     *
     * @param changed how many rows came to be or became different
     * @param followed whether somebody follows what happens to rows, and reads what became different
     * @param refused why a state could not be stored, by the position of what said so
     * @param undecided resources of which webhooks brought several states of one instant, by their keys
     */
    public record Stored(int changed, boolean followed, Map<Integer, String> refused, Map<String, Instant> undecided) {}

    /** Stores states that all came from one place. */
    public static Stored store(Database organization, Table table, List<State> states, Origin origin) {
        return store(organization, table, states, position -> Cause.of(origin));
    }

    /**
     * Stores states, in their order.
     *
     * @param cause what led to them, by the position of what said so
     * @throws DatabaseException if the database is the problem, and not the data; some of the states may be stored
     */
    public static Stored store(Database organization, Table table, List<State> states, IntFunction<Cause> cause) {
        return store(organization, table, states, cause, session -> {});
    }

    /**
     * The same.
     *
     * @param check is done when the states are written, and throws if they must not be
     */
    public static Stored store(
            Database organization, Table table, List<State> states, IntFunction<Cause> cause, Consumer<Session> check) {
        var stored = new Stored(0, false, new LinkedHashMap<>(), new LinkedHashMap<>());
        Written written = store(organization, table, states, cause, check, stored);
        return new Stored(written.changed(), written.followed(), stored.refused(), stored.undecided());
    }

    /**
     * Returns whether nothing has decided meanwhile between states of one instant.
     *
     * @param received when the last of them was
     */
    public static boolean isUndecided(Database organization, Table table, String key, Instant asOf, Instant received) {
        return organization.transaction(
                LIMIT,
                session -> session.sql(table.writes().undecided())
                        .bind("key", key)
                        .bind("as_of", asOf)
                        .bind("received", received)
                        .one(row -> row.flag("undecided")));
    }

    /**
     * What became of a row that is to be erased.
     *
     * @param followed whether somebody follows what happens to rows
     */
    public record Erasure(Erased erased, boolean followed) {}

    /**
     * Erases a row but its key, and what is kept of its changes; nothing is stored in it any more.
     *
     * @param check is done when it is erased, and throws if it must not be
     */
    public static Erasure erase(
            Database organization, Table table, long integrationId, String key, Consumer<Session> check) {
        return organization.transaction(LIMIT, session -> {
            Locked locked = session.sql(table.writes().lock()).one(Locked::read);
            Erased erased = session.sql(table.erasing().row())
                    .bind("key", key)
                    .bind("followed", locked.followed().orElse(0L).longValue())
                    .one(TableWriter::erased);
            session.sql(table.erasing().log())
                    .bind("key", key)
                    .bind("integration", integrationId)
                    .execute();
            check.accept(session);
            return new Erasure(erased, locked.followed().isPresent());
        });
    }

    private static Erased erased(Row row) {
        if (row.flag("erased")) {
            return Erased.NOW;
        }
        return row.flag("known") ? Erased.BEFORE : Erased.UNKNOWN;
    }

    /** Returns the keys of the rows with a value in a column, as text. */
    public static List<String> keys(Database organization, Table table, String column, String value) {
        return keys(organization, table.erasing().keys(column), value);
    }

    /** The same, of the rows that are not erased. */
    public static List<String> keysOfKept(Database organization, Table table, String column, String value) {
        return keys(organization, table.erasing().keysOfKept(column), value);
    }

    private static List<String> keys(Database organization, String query, String value) {
        return organization.transaction(
                LIMIT, session -> session.sql(query).bind("value", value).list(row -> row.text("key")));
    }

    /** A row by its number in the table and its key. */
    public record Numbered(long pk, String key) {}

    /**
     * Returns the next rows whose state is older than a time, and which are not erased, in the order of their numbers.
     *
     * @param after the number of the last one before
     */
    public static List<Numbered> older(Database organization, Table table, Instant time, long after, int most) {
        return organization.transaction(
                LIMIT,
                session -> session.sql(table.erasing().older())
                        .bind("time", time)
                        .bind("after", after)
                        .bind("most", most)
                        .list(row -> new Numbered(row.number("pk"), row.text("key"))));
    }

    /** Returns whether there is a row with a key. */
    public static boolean isKnown(Database organization, Table table, String key) {
        return organization.transaction(
                LIMIT,
                session -> session.sql(table.erasing().known()).bind("key", key).one(row -> row.flag("known")));
    }

    private static Written store(
            Database organization,
            Table table,
            List<State> states,
            IntFunction<Cause> cause,
            Consumer<Session> check,
            Stored stored) {
        if (states.isEmpty()) {
            return Written.NOTHING;
        }
        try {
            Written written = organization.transaction(LIMIT, session -> {
                Written all = write(session, table, states, cause);
                check.accept(session);
                return all;
            });
            stored.undecided().putAll(written.undecided());
            return written;
        } catch (DatabaseException e) {
            if (e.kind() != DatabaseException.Kind.DATA) {
                throw e;
            }
            if (states.size() == 1) {
                State alone = states.getFirst();
                stored.refused()
                        .put(
                                alone.source(),
                                "%s cannot be stored in %s: %s".formatted(alone.key(), table.name(), e.getMessage()));
                return Written.NOTHING;
            }
            int half = states.size() / 2;
            return store(organization, table, states.subList(0, half), cause, check, stored)
                    .and(store(organization, table, states.subList(half, states.size()), cause, check, stored));
        }
    }

    private record Written(int changed, boolean followed, Map<String, Instant> undecided) {
        private static final Written NOTHING = new Written(0, false, Map.of());

        /** What is undecided is noted elsewhere by then. */
        private Written and(Written other) {
            return new Written(changed + other.changed, followed || other.followed, Map.of());
        }
    }

    /** States and deletions of one resource may be stored in either order: the row comes out the same. */
    private static Written write(Session session, Table table, List<State> states, IntFunction<Cause> cause) {
        List<State.Present> present = new ArrayList<>();
        List<State.Deleted> deleted = new ArrayList<>();
        for (State state : states) {
            switch (state) {
                case State.Present one -> present.add(one);
                case State.Deleted one -> deleted.add(one);
            }
        }
        Locked locked = session.sql(table.writes().lock()).one(Locked::read);
        Map<String, Instant> undecided = new LinkedHashMap<>();
        int changed = 0;
        if (!present.isEmpty()) {
            changed += upsert(session, table, present, cause, locked, undecided);
        }
        if (!deleted.isEmpty()) {
            changed += delete(session, table, deleted, cause, locked);
        }
        return new Written(changed, locked.followed().isPresent(), undecided);
    }

    private static int upsert(
            Session session,
            Table table,
            List<State.Present> states,
            IntFunction<Cause> cause,
            Locked locked,
            Map<String, Instant> undecided) {
        String[] keys = states.stream().map(State::key).toArray(String[]::new);
        short[] ranks = new short[states.size()];
        long[] events = new long[states.size()];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = states.get(i).rank().number();
            events[i] = states.get(i).event();
        }
        return locked
                .statement(session, table.writes().upsert(keys), table.writes().loggedUpsert(keys), states, cause)
                .bind("keys", keys)
                .bind("as_ofs", states.stream().map(State::asOf).toArray(Instant[]::new))
                .bind("known_ats", states.stream().map(State.Present::knownAt).toArray(Instant[]::new))
                .bind("ranks", ranks)
                .bind("events", events)
                .bind("resources", states.stream().map(State.Present::resource).toArray(String[]::new))
                .bind("before", locked.latestChange())
                .list(row -> {
                    row.optionalText("key").ifPresent(key -> undecided.put(key, row.instant("as_of")));
                    return row.integer("changed");
                })
                .stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    private static int delete(
            Session session, Table table, List<State.Deleted> states, IntFunction<Cause> cause, Locked locked) {
        Statement statement = locked.statement(
                        session, table.writes().delete(), table.writes().loggedDelete(), states, cause)
                .bind("keys", states.stream().map(State::key).toArray(String[]::new))
                .bind("as_ofs", states.stream().map(State::asOf).toArray(Instant[]::new));
        return locked.followed().isEmpty()
                ? statement.execute()
                : statement.bind("before", locked.latestChange()).one(row -> row.integer("changed"));
    }

    /**
     * A table whose only writer this transaction is.
     *
     * @param latestChange the number of the latest change before
     * @param followed the number of the integration, if somebody follows what happens to its rows
     */
    private record Locked(long latestChange, Optional<Long> followed) {
        static Locked read(Row row) {
            return new Locked(row.number("latest_change"), row.optionalNumber("followed"));
        }

        /** The plain statement, or the one that writes down what changed. */
        Statement statement(
                Session session, String plain, String logged, List<? extends State> states, IntFunction<Cause> cause) {
            if (followed.isEmpty()) {
                return session.sql(plain);
            }
            List<Cause> causes =
                    states.stream().map(state -> cause.apply(state.source())).toList();
            return session.sql(logged)
                    .bind("followed", followed.get())
                    .bind(
                            "origins",
                            causes.stream().map(one -> one.origin().label()).toArray(String[]::new))
                    .bind(
                            "webhooks",
                            causes.stream()
                                    .mapToLong(one -> one.webhook().orElse(0))
                                    .toArray());
        }
    }
}
