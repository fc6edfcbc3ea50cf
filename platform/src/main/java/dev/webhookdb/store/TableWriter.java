package dev.webhookdb.store;

import dev.webhookdb.schema.Table;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Session;
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
     */
    public record Stored(int changed, Map<Integer, String> refused) {}

    /**
     * Stores states, in their order.
     *
     * @throws DatabaseException if the database is the problem, and not the data; some of the states may be stored
     */
    public static Stored store(Database organization, Table table, List<State> states) {
        Map<Integer, String> refused = new LinkedHashMap<>();
        return new Stored(store(organization, table, states, refused), refused);
    }

    private static int store(Database organization, Table table, List<State> states, Map<Integer, String> refused) {
        if (states.isEmpty()) {
            return 0;
        }
        try {
            return organization.transaction(LIMIT, session -> write(session, table, states));
        } catch (DatabaseException e) {
            if (e.kind() != DatabaseException.Kind.DATA) {
                throw e;
            }
            if (states.size() == 1) {
                State alone = states.getFirst();
                refused.put(
                        alone.source(),
                        "%s cannot be stored in %s: %s".formatted(alone.key(), table.name(), e.getMessage()));
                return 0;
            }
            int half = states.size() / 2;
            return store(organization, table, states.subList(0, half), refused)
                    + store(organization, table, states.subList(half, states.size()), refused);
        }
    }

    /** States and deletions of one resource may be stored in either order: the row comes out the same. */
    private static int write(Session session, Table table, List<State> states) {
        List<State.Present> present = new ArrayList<>();
        List<State.Deleted> deleted = new ArrayList<>();
        for (State state : states) {
            switch (state) {
                case State.Present one -> present.add(one);
                case State.Deleted one -> deleted.add(one);
            }
        }
        long before = session.sql(table.lock()).one(row -> row.number("latest_change"));
        int changed = 0;
        if (!present.isEmpty()) {
            changed += upsert(session, table, present, before);
        }
        if (!deleted.isEmpty()) {
            changed += session.sql(table.delete())
                    .bind("keys", deleted.stream().map(State::key).toArray(String[]::new))
                    .bind("as_ofs", deleted.stream().map(State::asOf).toArray(Instant[]::new))
                    .execute();
        }
        return changed;
    }

    private static int upsert(Session session, Table table, List<State.Present> states, long before) {
        short[] ranks = new short[states.size()];
        long[] events = new long[states.size()];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = states.get(i).rank();
            events[i] = states.get(i).event();
        }
        return session.sql(table.upsert())
                .bind("keys", states.stream().map(State::key).toArray(String[]::new))
                .bind("as_ofs", states.stream().map(State::asOf).toArray(Instant[]::new))
                .bind("ranks", ranks)
                .bind("events", events)
                .bind("resources", states.stream().map(State.Present::resource).toArray(String[]::new))
                .bind("before", before)
                .one(row -> row.integer("changed"));
    }
}
