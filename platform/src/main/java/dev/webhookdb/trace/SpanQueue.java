package dev.webhookdb.trace;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.TraceMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spans on their way to the collector, which must cost nobody anything: those for which there is no room, or which the collector does not
 * take, are counted and dropped. Thread-safe.
 */
final class SpanQueue implements AutoCloseable {
    /** How many spans wait at most. */
    static final int CAPACITY = 2_048;

    private static final Logger LOG = LoggerFactory.getLogger(SpanQueue.class);
    private static final int MOST_AT_ONCE = 512;
    private static final long BETWEEN_COMPLAINTS = TimeUnit.HOURS.toNanos(1);
    private static final Duration TO_FINISH = Duration.ofSeconds(2);

    private final BlockingQueue<FinishedSpan> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final SpanSender sender;
    private final TraceMetrics metrics;
    private final BackgroundTask sending;

    /** When the log was told of a failure last; only for whoever sends. */
    private long complained = System.nanoTime() - BETWEEN_COMPLAINTS;

    private SpanQueue(SpanSender sender, BackgroundTasks tasks, TraceMetrics metrics) {
        this.sender = sender;
        this.metrics = metrics;
        this.sending = tasks.start("traces-send", Duration.ZERO, this::sendSome);
    }

    static SpanQueue start(SpanSender sender, BackgroundTasks tasks, TraceMetrics metrics) {
        return new SpanQueue(sender, tasks, metrics);
    }

    void offer(FinishedSpan span) {
        if (!queue.offer(span)) {
            metrics.dropped(1);
        }
    }

    private void sendSome() {
        try {
            FinishedSpan first = queue.poll(100, TimeUnit.MILLISECONDS);
            if (first != null) {
                send(first, SpanSender.LIMIT);
            }
        } catch (InterruptedException e) {
            // whoever meant to stop this says so otherwise
            LOG.debug("The thread that sends traces was interrupted", e);
        }
    }

    /** Sends one together with those behind it. */
    private void send(FinishedSpan first, Duration patience) {
        List<FinishedSpan> spans = new ArrayList<>();
        spans.add(first);
        queue.drainTo(spans, MOST_AT_ONCE - 1);
        Optional<String> failure = sender.send(spans, patience);
        if (failure.isEmpty()) {
            metrics.sent(spans.size());
            return;
        }
        metrics.dropped(spans.size());
        long now = System.nanoTime();
        if (now - complained >= BETWEEN_COMPLAINTS) {
            complained = now;
            LOG.warn(
                    "The collector that traces.endpoint names does not take traces; they are dropped until it does, and this is said once an hour: {}",
                    failure.get());
        }
    }

    @Override
    public void close() {
        long until = System.nanoTime() + TO_FINISH.toNanos();
        sending.close(TO_FINISH);
        Duration left = Duration.ofNanos(until - System.nanoTime());
        while (left.isPositive() && queue.peek() != null) {
            send(queue.remove(), left);
            left = Duration.ofNanos(until - System.nanoTime());
        }
        metrics.dropped(queue.size());
        sender.close();
    }
}
