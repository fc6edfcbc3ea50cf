package dev.webhookdb.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a host does in the background, and what of it does not succeed. A task survives whatever it throws: it says so once, with where it
 * was thrown, is listed as failing as long as that lasts, and says when it works again. Thread-safe.
 */
public final class BackgroundTasks {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundTasks.class);

    /** Between two tries of a task that says itself how long it pauses, and failed before it could. */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final Map<String, TaskState> states = new ConcurrentHashMap<>();
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
        return BackgroundTask.start(Thread.ofVirtual().name(name), pausing(name, pause, work));
    }

    /** The same in a thread of the operating system: it gets its turn even while virtual ones compute without end. */
    public BackgroundTask startApart(String name, Duration pause, Runnable work) {
        return BackgroundTask.start(Thread.ofPlatform().daemon().name(name), pausing(name, pause, work));
    }

    /** The same for work that says after each time how long to pause. */
    public BackgroundTask startPaced(String name, Supplier<Duration> work) {
        return BackgroundTask.start(Thread.ofVirtual().name(name), () -> paced(name, work));
    }

    private Supplier<Duration> pausing(String name, Duration pause, Runnable work) {
        return () -> paced(
                name,
                () -> {
                    work.run();
                    return pause;
                },
                pause);
    }

    private Duration paced(String name, Supplier<Duration> work) {
        return paced(name, work, AFTER_FAILURE);
    }

    private Duration paced(String name, Supplier<Duration> work, Duration afterFailure) {
        long begun = System.nanoTime();
        try {
            Duration pause = work.get();
            done(name, begun);
            return pause;
        } catch (RuntimeException | Error e) {
            failed(name, begun, e);
            return afterFailure;
        }
    }

    /** Does something once, and returns whether it succeeded. */
    public boolean attempt(String name, Runnable work) {
        long begun = System.nanoTime();
        try {
            work.run();
            done(name, begun);
            return true;
        } catch (RuntimeException | Error e) {
            failed(name, begun, e);
            return false;
        }
    }

    private void done(String name, long begun) {
        Duration took = since(begun);
        succeeded(name, took);
        metrics.ran(name, true, took.toNanos());
    }

    private void failed(String name, long begun, Throwable failure) {
        Duration took = since(begun);
        failed(name, took, failure);
        metrics.ran(name, false, took.toNanos());
    }

    /** Notes that a task works. */
    public void succeeded(String name) {
        succeeded(name, Duration.ZERO);
    }

    /** Notes that a task does not. */
    public void failed(String name, Throwable failure) {
        failed(name, Duration.ZERO, failure);
    }

    private void succeeded(String name, Duration took) {
        TaskState before = states.getOrDefault(name, TaskState.of(name));
        states.compute(name, (same, state) -> (state == null ? before : state).succeeded(Instant.now(), took));
        if (before.isFailing()) {
            LOG.info("{} works again, after {} failures", name, before.failures());
        }
    }

    private void failed(String name, Duration took, Throwable failure) {
        TaskState now = states.compute(
                name,
                (same, state) -> (state == null ? TaskState.of(name) : state).failed(Instant.now(), took, failure));
        if (now.failures() == 1) {
            LOG.warn("{} failed, and is tried again until it works", name, failure);
        } else {
            LOG.debug("{} failed again", name, failure);
        }
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Forgets a task that is over. */
    public void ended(String name) {
        states.remove(name);
    }

    /** Returns the tasks that failed when they were last tried. */
    public List<String> failing() {
        return states().stream()
                .filter(TaskState::isFailing)
                .map(TaskState::name)
                .toList();
    }

    /** Returns how the tasks are doing that ran at least once, by name. */
    public List<TaskState> states() {
        return states.values().stream()
                .sorted(Comparator.comparing(TaskState::name))
                .toList();
    }
}
