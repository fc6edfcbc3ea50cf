package dev.webhookdb.queue;

import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.DatabaseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what many threads hand over, many with one commit. While one transaction commits, those that come meanwhile gather for the
 * next: nobody waits for longer than the running commit and their own. Thread-safe.
 *
 * @param <E> what is handed over
 * @param <R> what comes back for each
 */
public final class GroupCommit<E, R> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final int most;
    private final Function<List<E>, List<R>> commit;
    private final BlockingQueue<Waiting<E, R>> queue = new LinkedBlockingQueue<>();
    private final BackgroundTask committer;
    private volatile boolean closed;

    private record Waiting<E, R>(E one, CompletableFuture<R> committed) {}

    /**
     * Begins to take things over.
     *
     * @param most how many are written with one commit
     * @param commit writes them in one transaction, and returns what comes back for each, in their order
     */
    public GroupCommit(String name, int most, Function<List<E>, List<R>> commit, BackgroundTasks tasks) {
        this.most = most;
        this.commit = commit;
        this.committer = tasks.start(name, Duration.ZERO, this::next);
    }

    /** Returns what came of it when it is committed; throws what kept it from being committed. */
    public R write(E one) {
        if (closed) {
            return commit.apply(List.of(one)).getFirst();
        }
        CompletableFuture<R> committed = new CompletableFuture<>();
        queue.add(new Waiting<>(one, committed));
        if (closed) {
            drain();
        }
        try {
            return committed.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void next() {
        try {
            Waiting<E, R> first = queue.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            if (first != null) {
                commit(gathered(first));
            }
        } catch (InterruptedException e) {
            LOG.debug("Whoever writes results down was interrupted", e);
        }
    }

    private void drain() {
        for (Waiting<E, R> first = queue.poll(); first != null; first = queue.poll()) {
            commit(gathered(first));
        }
    }

    private List<Waiting<E, R>> gathered(Waiting<E, R> first) {
        List<Waiting<E, R>> batch = new ArrayList<>();
        batch.add(first);
        queue.drainTo(batch, most - 1);
        return batch;
    }

    /** What fails although the database is there is tried one by one: one that cannot be written must not keep the others back. */
    private void commit(List<Waiting<E, R>> batch) {
        try {
            List<R> results = commit.apply(batch.stream().map(Waiting::one).toList());
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).committed().complete(results.get(i));
            }
        } catch (RuntimeException | Error e) {
            if (batch.size() > 1 && !isAway(e)) {
                batch.forEach(one -> commit(List.of(one)));
                return;
            }
            batch.forEach(one -> one.committed().completeExceptionally(e));
        }
    }

    private static boolean isAway(Throwable failure) {
        return failure instanceof DatabaseException known && known.kind() == DatabaseException.Kind.UNAVAILABLE;
    }

    /** Stops when everything that was handed over is written, or has failed. */
    @Override
    public void close() {
        closed = true;
        committer.close();
        drain();
    }
}
