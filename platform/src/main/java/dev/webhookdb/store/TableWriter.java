package dev.webhookdb.store;

import dev.webhookdb.database.Database;
import dev.webhookdb.database.DatabaseException;
import dev.webhookdb.database.Session;
import dev.webhookdb.schema.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
     * @param refused why a state could not be stored, by the position of what said so
     * @param undecided resources of which webhooks brought several states of one instant, by their keys
     */
    public record Stored(int changed, Map<Integer, String> refused, Map<String, Instant> undecided) {}

    /**
     * Stores states, in their order.
     *
     * @throws DatabaseException if the database is the problem, and not the data; some of the states may be stored
     */
    public static Stored store(Database organization, Table table, List<State> states) {
        var stored = new Stored(0, new LinkedHashMap<>(), new LinkedHashMap<>());
        int changed = store(organization, table, states, stored);
        return new Stored(changed, stored.refused(), stored.undecided());
    }

    /**
     * Returns whether nothing has decided meanwhile between states of one instant.
     *
     * @param received when the last of them was
     */
    public static boolean isUndecided(Database organization, Table table, String key, Instant asOf, Instant received) {
        return organization.transaction(
                LIMIT,
                session -> session.sql(table.undecided())
                        .bind("key", key)
                        .bind("as_of", asOf)
                        .bind("received", received)
                        .one(row -> row.flag("undecided")));
    }

    private static int store(Database organization, Table table, List<State> states, Stored stored) {
        if (states.isEmpty()) {
            return 0;
        }
        try {
            Written written = organization.transaction(LIMIT, session -> write(session, table, states));
            stored.undecided().putAll(written.undecided());
            return written.changed();
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
                return 0;
            }
            int half = states.size() / 2;
            return store(organization, table, states.subList(0, half), stored)
                    + store(organization, table, states.subList(half, states.size()), stored);
        }
    }

    private record Written(int changed, Map<String, Instant> undecided) {}

    /** States and deletions of one resource may be stored in either order: the row comes out the same. */
    private static Written write(Session session, Table table, List<State> states) {
        List<State.Present> present = new ArrayList<>();
        List<State.Deleted> deleted = new ArrayList<>();
        for (State state : states) {
            switch (state) {
                case State.Present one -> present.add(one);
                case State.Deleted one -> deleted.add(one);
            }
        }
        long before = session.sql(table.lock()).one(row -> row.number("latest_change"));
        Map<String, Instant> undecided = new LinkedHashMap<>();
        int changed = 0;
        if (!present.isEmpty()) {
            changed += upsert(session, table, present, before, undecided);
        }
        if (!deleted.isEmpty()) {
            changed += session.sql(table.delete())
                    .bind("keys", deleted.stream().map(State::key).toArray(String[]::new))
                    .bind("as_ofs", deleted.stream().map(State::asOf).toArray(Instant[]::new))
                    .execute();
        }
        return new Written(changed, undecided);
    }

    private static int upsert(
            Session session, Table table, List<State.Present> states, long before, Map<String, Instant> undecided) {
        short[] ranks = new short[states.size()];
        long[] events = new long[states.size()];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = states.get(i).rank().number();
            events[i] = states.get(i).event();
        }
        return session
                .sql(table.upsert())
                .bind("keys", states.stream().map(State::key).toArray(String[]::new))
                .bind("as_ofs", states.stream().map(State::asOf).toArray(Instant[]::new))
                .bind("known_ats", states.stream().map(State.Present::knownAt).toArray(Instant[]::new))
                .bind("ranks", ranks)
                .bind("events", events)
                .bind("resources", states.stream().map(State.Present::resource).toArray(String[]::new))
                .bind("before", before)
                .list(row -> {
                    row.optionalText("key").ifPresent(key -> undecided.put(key, row.instant("as_of")));
                    return row.integer("changed");
                })
                .stream()
                .mapToInt(Integer::intValue)
                .sum();
    }
}
