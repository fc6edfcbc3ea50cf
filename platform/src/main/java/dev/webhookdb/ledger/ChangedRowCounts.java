package dev.webhookdb.ledger;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the rows that this host changes, in memory, and adds them to the platform's database a few times a minute: a statistic, of which a
 * host that is killed takes some seconds with it. Thread-safe.
 */
public final class ChangedRowCounts implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Database platform;
    private final Map<Long, Long> counted = new ConcurrentHashMap<>();
    private final BackgroundTask writing;

    private ChangedRowCounts(Database platform, BackgroundTasks tasks) {
        this.platform = platform;
        this.writing = tasks.start("changed-rows", PAUSE, this::write);
    }

    /** Begins to count. */
    public static ChangedRowCounts start(Database platform, BackgroundTasks tasks) {
        return new ChangedRowCounts(platform, tasks);
    }

    /** Counts rows of an integration's table. Never blocks. */
    public void add(long integrationId, int rows) {
        counted.merge(integrationId, (long) rows, Long::sum);
    }

    /** What cannot be written now is counted again. */
    private void write() {
        for (long integration : counted.keySet().stream().sorted().toList()) {
            long rows = counted.remove(integration);
            try {
                platform.run(session -> write(session, integration, rows));
            } catch (RuntimeException e) {
                counted.merge(integration, rows, Long::sum);
                throw e;
            }
        }
    }

    private static void write(Session session, long integration, long rows) {
        session.sql("""
                        insert into changed_rows as known (integration_id, hour, number)
                        select id, %s, :rows from integration where id = :integration
                        on conflict (integration_id, hour) do update set number = known.number + excluded.number""".formatted(Ledger.hour("clock_timestamp()")))
                .bind("integration", integration)
                .bind("rows", rows)
                .execute();
    }

    /** Writes what was counted since the last time. */
    @Override
    public void close() {
        writing.close();
        write();
    }
}
