package dev.webhookdb.change;

import dev.webhookdb.schema.ChangeLog;
import dev.webhookdb.schema.Table;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongFunction;

/**
 * What happens to the rows of integrations whose tables are followed.
 *
 * <p>A position is the number of a change, or of any moment between two. Whoever reads from the position that {@link #follow} returned, and
 * goes on after the last change he got, gets each change exactly once, in the order of commits. Thread-safe.
 */
public final class ChangeFeed {
    private static final int PRUNED_AT_ONCE = 5_000;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final LongFunction<Database> organizations;

    /** @param organizations gives the database of the organization with a number */
    public ChangeFeed(LongFunction<Database> organizations) {
        this.organizations = organizations;
    }

    /**
     * Follows an integration's table, unless it is followed already.
     *
     * @param table as it is now
     * @return the present position: every change that is committed after this call has a greater number
     */
    public long follow(long organizationId, long integrationId, Table table) {
        return organizations.apply(organizationId).transaction(LIMIT, session -> {
            long latest = session.sql(table.writes().lock()).one(row -> row.number("latest_change"));
            session.sql(ChangeLog.follow())
                    .bind("table", table.name())
                    .bind("integration", integrationId)
                    .bind("latest", latest)
                    .execute();
            return latest;
        });
    }

    /** Follows an integration's table no more, and drops what is kept of its changes. */
    public void unfollow(long organizationId, long integrationId) {
        organizations
                .apply(organizationId)
                .run(session -> ChangeLog.unfollow()
                        .forEach(statement -> session.sql(statement)
                                .bind("integration", integrationId)
                                .execute()));
    }

    /**
     * Reads changes of an integration, in the order of their numbers.
     *
     * @param after a position
     * @param most how many at a time
     * @throws LostPositionException if changes after the position are not kept any more, or the table is not followed
     */
    public List<Change> read(long organizationId, long integrationId, long after, int most) {
        return organizations.apply(organizationId).transaction(LIMIT, session -> {
            List<Change> changes = session.sql(ChangeLog.read())
                    .bind("integration", integrationId)
                    .bind("after", after)
                    .bind("most", most)
                    .list(Change::read);
            // asked afterwards: what is dropped between the two is noticed
            requireWhole(session, integrationId, after);
            return changes;
        });
    }

    private static void requireWhole(Session session, long integrationId, long after) {
        boolean whole = session.sql(ChangeLog.whole())
                .bind("integration", integrationId)
                .first(row -> row.number("whole_after") <= after)
                .orElse(false);
        if (!whole) {
            throw new LostPositionException(integrationId, after);
        }
    }

    /**
     * Drops changes that were committed before an instant, a few at a time so that no writer waits.
     *
     * @return how many
     */
    public long prune(long organizationId, Instant before) {
        Database organization = organizations.apply(organizationId);
        long dropped = 0;
        int batch;
        do {
            batch = organization.transaction(
                    LIMIT,
                    session -> session.sql(ChangeLog.prune())
                            .bind("before", before)
                            .bind("most", PRUNED_AT_ONCE)
                            .one(row -> row.integer("dropped")));
            dropped += batch;
        } while (batch == PRUNED_AT_ONCE);
        return dropped;
    }
}
