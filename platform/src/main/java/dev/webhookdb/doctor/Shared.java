package dev.webhookdb.doctor;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What several checks look at: opened by the first that wants it, so that its time is a check's time. Thread-safe.
 *
 * @param <T> what it is
 */
final class Shared<T extends AutoCloseable> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Shared.class);

    private final FutureTask<T> opening;

    Shared(Callable<T> opening) {
        this.opening = new FutureTask<>(opening);
    }

    /**
     * Returns it, and waits for whoever opens it.
     *
     * @throws Exception why it could not be opened
     */
    T get() throws Exception {
        opening.run();
        try {
            return opening.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception reason ? reason : e;
        }
    }

    /** Closes it if it was opened. What opens only later ends with the process. */
    @Override
    public void close() {
        if (opening.state() != Future.State.SUCCESS) {
            return;
        }
        try {
            opening.resultNow().close();
        } catch (Exception e) {
            LOG.warn("What was looked at could not be closed", e);
        }
    }
}
