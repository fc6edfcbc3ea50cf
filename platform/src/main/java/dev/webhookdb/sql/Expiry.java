package dev.webhookdb.sql;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import java.time.Duration;

/**
 * Rows that are removed once they are older than is kept, in portions: each is a statement in a transaction of its own, so that whoever
 * writes meanwhile waits for none of it. How old a row is, the database's clock says.
 *
 * <p>For tables that are too small to be worth partitions. Any number of hosts may do so at a time.
 *
 * @param task what the task is called in the log and among those that fail
 * @param statement removes old rows that no other host removes already ({@code skip locked}). Parameters: {@code retention}, in
 *     milliseconds, and {@code most}, how many rows
 * @param most rows of a portion, at least 1; few where other rows go with each
 * @param retention how long rows are kept, more than zero
 */
public record Expiry(String task, String statement, int most, Duration retention) {
    private static final Duration BETWEEN_LOOKS = Duration.ofHours(1);

    /** What others do comes first. */
    private static final Duration BETWEEN_PORTIONS = Duration.ofMillis(100);

    /** Removes what is old by now, and goes on doing so in the background, also after failures. */
    public BackgroundTask start(Database database, BackgroundTasks tasks) {
        return tasks.startPaced(task, () -> removePortion(database) < most ? BETWEEN_LOOKS : BETWEEN_PORTIONS);
    }

    /**
     * Removes one portion.
     *
     * @return how many rows that were; fewer than a portion has if no more are old
     * @throws DatabaseException if the database is away, or refuses
     */
    public int removePortion(Database database) {
        return database.transaction(session -> session.sql(statement)
                .bind("retention", retention.toMillis())
                .bind("most", most)
                .execute());
    }
}
