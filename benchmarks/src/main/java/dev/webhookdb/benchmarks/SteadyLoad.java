package dev.webhookdb.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Sends events about new charges at a steady rate until it is stopped, and keeps how long each answer took. That is counted from when the
 * event was due and not from when it was sent, so that answers on which the sender had to wait count for all whom they held up. Thread-safe.
 */
final class SteadyLoad implements AutoCloseable {
    private static final int CONNECTIONS = 32;
    private static final long FIRST = 1;

    private final SteadyPace pace;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final FutureTask<Long> sending;
    private volatile boolean stopped;

    /**
     * The answer to one event.
     *
     * @param due when it was to be sent, by {@link System#nanoTime}
     * @param microseconds from then until it was acknowledged
     */
    record Answer(long due, long microseconds) {}

    private SteadyLoad(HttpLoad load, int rate) {
        this.pace = new SteadyPace(System.nanoTime(), FIRST, rate);
        this.sending = new FutureTask<>(() -> load.run(CONNECTIONS, FIRST, this::mayGo, this::answered));
    }

    /** Begins to send. */
    static SteadyLoad start(HttpLoad load, int rate) {
        var steady = new SteadyLoad(load, rate);
        Thread.ofPlatform().start(steady.sending);
        return steady;
    }

    private boolean mayGo(long number) {
        pace.await(number);
        return !stopped;
    }

    private void answered(long number) {
        long due = pace.due(number);
        answers.add(new Answer(due, (System.nanoTime() - due) / 1_000));
    }

    /** Returns when an event was due, by {@link System#nanoTime}. */
    long due(long number) {
        return pace.due(number);
    }

    /** Takes the answers that came since they were taken last. */
    List<Answer> take() {
        if (sending.isDone()) {
            stop();
        }
        List<Answer> taken = new ArrayList<>();
        for (Answer one = answers.poll(); one != null; one = answers.poll()) {
            taken.add(one);
        }
        return taken;
    }

    /**
     * Ends it.
     *
     * @return how many were acknowledged
     * @throws IllegalStateException if one was not
     */
    long stop() {
        stopped = true;
        try {
            return sending.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stopped = true;
    }
}
