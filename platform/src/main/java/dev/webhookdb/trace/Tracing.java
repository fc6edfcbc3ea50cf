package dev.webhookdb.trace;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.TraceMetrics;
import java.util.function.Consumer;

/**
 * Where spans go. Thread-safe.
 *
 * <p>The ids of a trace are a hash of the installation and of what it is about. So all hosts agree about them, and about which traces are
 * kept, and nothing of that is stored.
 */
public final class Tracing implements AutoCloseable {
    private static final Tracing NONE = new Tracing(null, new byte[0], 0, () -> {});

    private final Consumer<FinishedSpan> sink; // null where no traces are wanted
    private final byte[] installation;
    private final double sample;
    private final Runnable closing;

    /** @param sink never blocks and never throws */
    Tracing(Consumer<FinishedSpan> sink, byte[] installation, double sample, Runnable closing) {
        this.sink = sink;
        this.installation = installation;
        this.sample = sample;
        this.closing = closing;
    }

    /** Tells nobody anything, and costs nothing. */
    public static Tracing none() {
        return NONE;
    }

    /**
     * Sends spans to a collector from now on.
     *
     * @param installation what all hosts of this installation know, and those of others do not
     */
    public static Tracing start(
            Configuration.Traces traces, byte[] installation, BackgroundTasks tasks, TraceMetrics metrics) {
        var queue = SpanQueue.start(new OtlpSender(traces), tasks, metrics);
        return new Tracing(queue::offer, installation.clone(), traces.sample(), queue::close);
    }

    /** Returns whether traces are wanted; for those who would have to prepare something. */
    public boolean isOn() {
        return sink != null;
    }

    /**
     * Returns the trace of a webhook: of its request, of the rows that it made, and of everybody who was told of them.
     *
     * @param id its number in the log
     */
    public Trace webhook(long id) {
        return isOn() ? trace(TraceIds.of(installation, "webhook", id), true) : Trace.NONE;
    }

    /** Returns the trace of an event that no webhook led to. */
    public Trace event(long organizationId, long number) {
        return isOn() ? trace(TraceIds.of(installation, "event", organizationId, number), false) : Trace.NONE;
    }

    /** Returns a trace of its own. */
    public Trace fresh() {
        return isOn() ? trace(TraceIds.fresh(), false) : Trace.NONE;
    }

    private Trace trace(TraceIds ids, boolean rooted) {
        return new Trace(ids, ids.isSampled(sample) ? sink : null, rooted);
    }

    /** Sends what is left, for at most two seconds. */
    @Override
    public void close() {
        closing.run();
    }
}
