package dev.webhookdb.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another organization that gets a webhook now and then, and how long its rows take while somebody else's webhooks come in a burst. */
final class Neighbour implements AutoCloseable {
    private static final int BETWEEN_MILLIS = 100;

    private final HttpLoad load;
    private final Events events;
    private final Connection organization;
    private final PreparedStatement row;
    private final List<Long> latencies = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    private Neighbour(HttpLoad load, Events events, Connection organization, PreparedStatement row) {
        this.load = load;
        this.events = events;
        this.organization = organization;
        this.row = row;
        this.thread = Thread.ofPlatform().unstarted(this::live);
    }

    /**
     * Begins to send webhooks, one after the other.
     *
     * @param run tells its charges from others of the same table
     */
    static Neighbour start(HostProcess host, Measurement.Made made, String run) throws SQLException {
        Connection organization = Postgres.readOnly(made);
        var neighbour = new Neighbour(
                new HttpLoad(host.port(), made.path(), Measurement.SECRET, run),
                new Events(Measurement.SECRET, run),
                organization,
                organization.prepareStatement("select 1 from %s where stripe_id = ?".formatted(made.table())));
        neighbour.thread.start();
        return neighbour;
    }

    /** Stops, and returns how long it took from each request to its row, in nanoseconds, sorted. */
    long[] latencies() throws InterruptedException {
        closed = true;
        thread.join();
        return latencies.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    @Override
    public void close() throws SQLException {
        closed = true;
        organization.close();
    }

    private void live() {
        for (long number = 0; !closed; number++) {
            try {
                long first = number;
                long begun = System.nanoTime();
                load.run(1, first, next -> next == first);
                while (!isThere(events.id(number))) {
                    TimeUnit.MILLISECONDS.sleep(2);
                }
                latencies.add(System.nanoTime() - begun);
                TimeUnit.MILLISECONDS.sleep(BETWEEN_MILLIS);
            } catch (SQLException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private boolean isThere(String id) throws SQLException {
        row.setString(1, id);
        try (ResultSet found = row.executeQuery()) {
            return found.next();
        }
    }
}
