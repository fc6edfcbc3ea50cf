package dev.webhookdb.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How many webhooks a second become rows, while no more than a few thousand wait to become some. For one thread. */
final class EndToEnd {
    /** Acknowledged events that may be waiting to become visible. */
    private static final int WINDOW = 4_000;

    private final Connection organization;
    private final String table;

    /** @param organization a connection to the database that has the table */
    EndToEnd(Connection organization, String table) {
        this.organization = organization;
        this.table = table;
    }

    /**
     * What was measured.
     *
     * @param acknowledged webhooks, each of which is a row
     * @param perSecond from the first request until the last row
     */
    record Rate(long acknowledged, double perSecond) {}

    /** Sends for a time, and waits until everything is visible. */
    Rate measure(HttpLoad load, int connections, long first, Duration time) throws SQLException, InterruptedException {
        long before = rows();
        long begun = System.nanoTime();
        long end = begun + time.toNanos();
        try (var visible = new Visible()) {
            long acknowledged = load.run(connections, first, number -> {
                while (System.nanoTime() < end && number - first - visible.since() > WINDOW) {
                    LockSupport.parkNanos(1_000_000);
                }
                return System.nanoTime() < end;
            });
            while (visible.since() < acknowledged) {
                TimeUnit.MILLISECONDS.sleep(2);
            }
            double took = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1e3;
            long rows = rows() - before;
            if (rows < acknowledged) {
                throw new IllegalStateException("%d acknowledged, %d visible".formatted(acknowledged, rows));
            }
            return new Rate(acknowledged, acknowledged / took);
        }
    }

    private long rows() throws SQLException {
        return Postgres.number(organization, "select count(*) from " + table);
    }

    /** Rows that became visible since it was made, looked up often and cheaply by the last number given out. */
    private final class Visible implements AutoCloseable {
        private final long before;
        private volatile long latest;
        private volatile boolean closed;
        private final Thread watcher;

        private Visible() throws SQLException {
            before = last();
            latest = before;
            watcher = Thread.ofPlatform().start(() -> {
                try {
                    while (!closed) {
                        latest = last();
                        TimeUnit.MILLISECONDS.sleep(5);
                    }
                } catch (SQLException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }

        private long last() throws SQLException {
            return Postgres.number(organization, "select coalesce(max(pk), 0) from " + table);
        }

        long since() {
            return latest - before;
        }

        @Override
        public void close() {
            closed = true;
            try {
                watcher.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
