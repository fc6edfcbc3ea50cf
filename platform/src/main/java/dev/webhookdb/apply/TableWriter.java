package dev.webhookdb.apply;

import dev.webhookdb.database.Database;
import dev.webhookdb.database.DatabaseException;
import dev.webhookdb.database.Session;
import dev.webhookdb.schema.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Stores states in a table. Stateless.
 *
 * <p>A batch is one transaction. If PostgreSQL objects to the data, the batch is split until what it objects to stands alone, and
 * the rest is stored.
 */
final class TableWriter {
    /** Less than a delivery is hidden from others. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private TableWriter() {}

    /**
     * Stores states, in their order.
     *
     * @param refused is given the position of every delivery of which something could not be stored, and why
     * @throws DatabaseException if the database is the problem, and not the data; some of the states may be stored
     */
    static void store(Database organization, Table table, List<State> states, Map<Integer, Outcome> refused) {
        if (states.isEmpty()) {
            return;
        }
        try {
            organization.transaction(LIMIT, session -> write(session, table, states));
        } catch (DatabaseException e) {
            if (e.kind() != DatabaseException.Kind.DATA) {
                throw e;
            }
            if (states.size() == 1) {
                State alone = states.getFirst();
                refused.put(
                        alone.delivery(),
                        new Outcome.Failed(
                                "%s cannot be stored in %s: %s".formatted(alone.key(), table.name(), e.getMessage())));
                return;
            }
            int half = states.size() / 2;
            store(organization, table, states.subList(0, half), refused);
            store(organization, table, states.subList(half, states.size()), refused);
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
        session.sql(table.lock()).list(row -> "");
        if (!present.isEmpty()) {
            upsert(session, table, present);
        }
        if (!deleted.isEmpty()) {
            session.sql(table.delete())
                    .bind("keys", deleted.stream().map(State::key).toArray(String[]::new))
                    .bind("as_ofs", deleted.stream().map(State::asOf).toArray(Instant[]::new))
                    .execute();
        }
        return states.size();
    }

    private static void upsert(Session session, Table table, List<State.Present> states) {
        short[] ranks = new short[states.size()];
        long[] events = new long[states.size()];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = states.get(i).rank();
            events[i] = states.get(i).event();
        }
        session.sql(table.upsert())
                .bind("keys", states.stream().map(State::key).toArray(String[]::new))
                .bind("as_ofs", states.stream().map(State::asOf).toArray(Instant[]::new))
                .bind("ranks", ranks)
                .bind("events", events)
                .bind("resources", states.stream().map(State.Present::resource).toArray(String[]::new))
                .execute();
    }
}
