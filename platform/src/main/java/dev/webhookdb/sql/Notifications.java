package dev.webhookdb.sql;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Listens to a channel of {@code LISTEN} over a connection of its own, which is given up and taken again when the database goes away.
 * Thread-safe.
 */
public final class Notifications implements AutoCloseable {
    /** Only this process waits; nothing is sent meanwhile. */
    private static final Duration WAIT = Duration.ofMillis(250);

    /** After so many waits in which nothing came it is asked whether the connection still is one. */
    private static final int WAITS_BEFORE_PROBE = 40;

    private static final Duration BETWEEN_CONNECTIONS = Duration.ofSeconds(1);

    private final Database database;
    private final String channel;
    private final Consumer<String> heard;
    private final Runnable connected;
    private final BackgroundTask task;
    private volatile boolean closing;

    private Notifications(
            Database database, String channel, Consumer<String> heard, Runnable connected, BackgroundTasks tasks) {
        this.database = database;
        this.channel = channel;
        this.heard = heard;
        this.connected = connected;
        this.task = tasks.start("listen-" + channel, BETWEEN_CONNECTIONS, this::listen);
    }

    /**
     * Begins to listen.
     *
     * @param channel an SQL name that needs no quotes
     * @param heard is given what is sent; quick
     * @param connected is run whenever listening begins (again), because what was sent before was missed; quick
     */
    public static Notifications listen(
            Database database, String channel, Consumer<String> heard, Runnable connected, BackgroundTasks tasks) {
        return new Notifications(database, channel, heard, connected, tasks);
    }

    /** Sends to everybody who listens, with the commit; what is sent twice in a transaction arrives once. */
    public static void send(Session session, String channel, String payload) {
        session.sql("select pg_notify(:channel, :payload)")
                .bind("channel", channel)
                .bind("payload", payload)
                .list(row -> true);
    }

    private void listen() {
        database.<Boolean>apart(session -> {
            session.sql("listen " + channel).execute();
            connected.run();
            int silent = 0;
            while (!closing) {
                List<String> payloads = session.notifications(WAIT);
                payloads.forEach(heard);
                silent = payloads.isEmpty() ? silent + 1 : 0;
                if (silent >= WAITS_BEFORE_PROBE) {
                    session.sql("select 1 as alive").one(row -> row.integer("alive"));
                    silent = 0;
                }
            }
            return true;
        });
    }

    @Override
    public void close() {
        closing = true;
        task.close();
    }
}
