package dev.webhookdb.observe;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a host does in the background, and what of it does not succeed. A task survives whatever it throws: it says so once, with where it
 * was thrown, is listed as failing as long as that lasts, and says when it works again. Thread-safe.
 */
public final class BackgroundTasks {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundTasks.class);

    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private final TaskMetrics metrics;

    /** Tells nobody but the log. */
    public BackgroundTasks() {
        this(Metrics.none().tasks());
    }

    /** @param metrics told how often tasks are done, and how long it takes */
    public BackgroundTasks(TaskMetrics metrics) {
        this.metrics = metrics;
    }

    /** Does something again and again, with pauses, in a thread of its own; begins at once. */
    public BackgroundTask start(String name, Duration pause, Runnable work) {
        return BackgroundTask.start(this, Thread.ofVirtual().name(name), pause, work);
    }

    /** The same in a thread of the operating system: it gets its turn even while virtual ones compute without end. */
    public BackgroundTask startApart(String name, Duration pause, Runnable work) {
        return BackgroundTask.start(this, Thread.ofPlatform().daemon().name(name), pause, work);
    }

    /** Does something once, and returns whether it succeeded. */
    public boolean attempt(String name, Runnable work) {
        long begun = System.nanoTime();
        boolean done = false;
        try {
            work.run();
            succeeded(name);
            done = true;
        } catch (RuntimeException | Error e) {
            failed(name, e);
        }
        metrics.ran(name, done, System.nanoTime() - begun);
        return done;
    }

    /** Notes that a task works. */
    public void succeeded(String name) {
        Integer failed = failures.remove(name);
        if (failed != null) {
            LOG.info("{} works again, after {} failures", name, failed);
        }
    }

    /** Notes that a task does not. */
    public void failed(String name, Throwable failure) {
        if (failures.merge(name, 1, Integer::sum) == 1) {
            LOG.warn("{} failed, and is tried again until it works", name, failure);
        } else {
            LOG.debug("{} failed again", name, failure);
        }
    }

    /** Returns the tasks that failed when they were last tried. */
    public List<String> failing() {
        return List.copyOf(new TreeMap<>(failures).keySet());
    }
}
