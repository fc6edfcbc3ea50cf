package dev.webhookdb.change;

import dev.webhookdb.schema.ChangeLog;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongFunction;

/**
 * What happens to the rows of integrations whose tables are followed.
 *
 * <p>A position is the number of a change, or of any moment between two. Whoever reads from the position that {@link #follow} returned, and
 * goes on after the last change he got, gets each change exactly once, in the order of commits. Thread-safe.
 */
public final class ChangeFeed {
    private static final int DROPPED_AT_ONCE = 5_000;
    private static final int MOST_COUNTED = 10_000;

    /** What is read at once, in characters: as trees in memory it is several times that. */
    private static final long LARGEST = 2_000_000;

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final LongFunction<Database> organizations;

    /** @param organizations gives the database of the organization with a number */
    public ChangeFeed(LongFunction<Database> organizations) {
        this.organizations = organizations;
    }

    /**
     * Follows an integration's table, unless it is followed already.
     *
     * @param table its name
     * @return the present position: every change that is committed after this call has a greater number
     */
    public long follow(long organizationId, long integrationId, String table) {
        return organizations
                .apply(organizationId)
                .transaction(LIMIT, session -> ChangeLog.follow(session, table, integrationId));
    }

    /** Follows an integration's table no more, and drops what is kept of its changes. */
    public void unfollow(long organizationId, long integrationId) {
        unfollow(organizationId, integrationId, () -> true);
    }

    /**
     * The same unless somebody changed his mind.
     *
     * @param still asked while nobody can begin to {@link #follow} the table: who does so after the answer follows it anew
     */
    public void unfollow(long organizationId, long integrationId, BooleanSupplier still) {
        Database organization = organizations.apply(organizationId);
        Optional<Long> latest = organization.transaction(LIMIT, session -> {
            Optional<Long> held = session.sql(ChangeLog.hold())
                    .bind("integration", integrationId)
                    .first(row -> row.number("latest"))
                    .filter(number -> still.getAsBoolean());
            held.ifPresent(number -> session.sql(ChangeLog.unfollow())
                    .bind("integration", integrationId)
                    .execute());
            return held;
        });
        latest.ifPresent(until -> inBatches(() -> organization.transaction(
                LIMIT,
                session -> session.sql(ChangeLog.drop())
                        .bind("integration", integrationId)
                        .bind("until", until)
                        .bind("most", DROPPED_AT_ONCE)
                        .execute())));
    }

    /**
     * Some changes, in the order of their numbers.
     *
     * @param complete whether there were no more when they were read
     */
    public record Portion(List<Change> changes, boolean complete) {
        /** Copies what it is given. */
        public Portion {
            changes = List.copyOf(changes);
        }
    }

    /** An entry, if there is one, and what is known with it. */
    private record Entry(Optional<Change> change, long reached, long wholeAfter) {
        private static Entry read(Row row) {
            return new Entry(
                    row.optionalNumber("change").map(number -> Change.read(row)),
                    row.optionalNumber("reached").orElse(0L),
                    row.number("whole_after"));
        }
    }

    /**
     * Reads changes of an integration, in the order of their numbers.
     *
     * @param after a position
     * @param most how many at a time; fewer are returned where they are large
     * @throws LostPositionException if changes after the position are not kept any more, or the table is not followed
     */
    public Portion read(long organizationId, long integrationId, long after, int most) {
        List<Entry> entries = organizations
                .apply(organizationId)
                .transaction(
                        LIMIT,
                        session -> session.sql(ChangeLog.read())
                                .bind("integration", integrationId)
                                .bind("after", after)
                                .bind("most", most)
                                .bind("bytes", LARGEST)
                                .list(Entry::read));
        if (entries.isEmpty() || entries.getFirst().wholeAfter() > after) {
            throw new LostPositionException(integrationId, after);
        }
        List<Change> changes =
                entries.stream().flatMap(entry -> entry.change().stream()).toList();
        return new Portion(changes, changes.size() < most && entries.getLast().reached() < LARGEST);
    }

    /** Returns the number after which no change of an integration is missing; empty if its table is not followed. */
    public Optional<Long> wholeAfter(long organizationId, long integrationId) {
        return organizations.apply(organizationId).transaction(LIMIT, session -> wholeAfter(session, integrationId));
    }

    private static Optional<Long> wholeAfter(Session session, long integrationId) {
        return session.sql(ChangeLog.whole())
                .bind("integration", integrationId)
                .first(row -> row.number("whole_after"));
    }

    /**
     * Changes of an integration behind a position.
     *
     * @param changes how many, 10,000 at most
     * @param age of the oldest, by the clock of the organization's database
     */
    public record Backlog(long integrationId, long changes, Duration age) {
        private static Backlog read(Row row) {
            return new Backlog(
                    row.number("integration"),
                    row.number("entries"),
                    Duration.ofMillis(Math.max(0, row.number("age"))));
        }
    }

    /**
     * Returns what there is after a position, of the integrations of an organization that have something.
     *
     * @param positions by integration
     */
    public List<Backlog> behind(long organizationId, Map<Long, Long> positions) {
        return organizations
                .apply(organizationId)
                .transaction(
                        LIMIT,
                        session -> positioned(session.sql(ChangeLog.behind()), positions, "afters")
                                .bind("most", MOST_COUNTED)
                                .list(Backlog::read));
    }

    /**
     * Drops changes that were committed before an instant, a few at a time so that no writer waits.
     *
     * @param positions of those who read, by integration: what is after them is kept
     * @return how many
     */
    public long prune(long organizationId, Instant before, Map<Long, Long> positions) {
        Database organization = organizations.apply(organizationId);
        return inBatches(() -> organization.transaction(
                LIMIT,
                session -> positioned(session.sql(ChangeLog.prune()), positions, "positions")
                        .bind("before", before)
                        .bind("most", DROPPED_AT_ONCE)
                        .one(row -> row.integer("dropped"))));
    }

    private static Statement positioned(Statement statement, Map<Long, Long> positions, String name) {
        long[] integrations =
                positions.keySet().stream().mapToLong(Long::longValue).toArray();
        return statement
                .bind("integrations", integrations)
                .bind(name, Arrays.stream(integrations).map(positions::get).toArray());
    }

    private static long inBatches(IntSupplier drop) {
        long dropped = 0;
        int batch;
        do {
            batch = drop.getAsInt();
            dropped += batch;
        } while (batch == DROPPED_AT_ONCE);
        return dropped;
    }
}
