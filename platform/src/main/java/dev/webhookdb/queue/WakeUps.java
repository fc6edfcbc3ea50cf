package dev.webhookdb.queue;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Notifications;
import dev.webhookdb.sql.Session;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Wakes who works on a queue when any host put something into it: one listening connection for all queues of a host. Thread-safe. */
public final class WakeUps implements AutoCloseable {
    private static final String CHANNEL = "webhookdb_queue";

    private final Map<String, Set<Runnable>> sleepers = new ConcurrentHashMap<>();
    private final Notifications notifications;

    private WakeUps(Database platform, BackgroundTasks tasks) {
        // what was sent while nobody listened was missed: everybody looks
        this.notifications = Notifications.listen(platform, CHANNEL, this::wake, this::wakeAll, tasks);
    }

    /** Begins to listen. */
    public static WakeUps start(Database platform, BackgroundTasks tasks) {
        return new WakeUps(platform, tasks);
    }

    /** Wakes, with the commit, whoever works on a queue on any host. */
    public static void tell(Session session, String queue) {
        Notifications.send(session, CHANNEL, queue);
    }

    /** Has something run whenever somebody put something into a queue; it must be quick. */
    public void register(String queue, Runnable wake) {
        sleepers.compute(queue, (name, others) -> {
            Set<Runnable> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(wake);
            return all;
        });
    }

    /** The opposite of {@link #register}. */
    public void forget(String queue, Runnable wake) {
        sleepers.computeIfPresent(queue, (name, all) -> {
            all.remove(wake);
            return all.isEmpty() ? null : all;
        });
    }

    private void wake(String queue) {
        sleepers.getOrDefault(queue, Set.of()).forEach(Runnable::run);
    }

    private void wakeAll() {
        sleepers.keySet().forEach(this::wake);
    }

    @Override
    public void close() {
        notifications.close();
    }
}
