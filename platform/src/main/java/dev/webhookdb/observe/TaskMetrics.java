package dev.webhookdb.observe;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What background tasks tell. Thread-safe. */
public final class TaskMetrics {
    private static final int MOST_TASKS = 100;

    private final Metrics metrics;
    private final BoundedLabel tasks = new BoundedLabel(MOST_TASKS);
    private final Map<String, AtomicLong> successes = new ConcurrentHashMap<>();

    TaskMetrics(Metrics metrics) {
        this.metrics = metrics;
    }

    void ran(String name, boolean succeeded, long nanoseconds) {
        String task = tasks.of(name);
        metrics.timer(Metric.TASK_RUNS, task, succeeded ? "succeeded" : "failed")
                .record(nanoseconds, TimeUnit.NANOSECONDS);
        if (succeeded) {
            lastSuccess(task).set(System.currentTimeMillis());
        }
    }

    private AtomicLong lastSuccess(String task) {
        return successes.computeIfAbsent(task, name -> {
            var time = new AtomicLong();
            metrics.gauge(Metric.TASK_LAST_SUCCESS, time, last -> last.get() / 1e3, name);
            return time;
        });
    }
}
