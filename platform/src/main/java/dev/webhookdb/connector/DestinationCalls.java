package dev.webhookdb.connector;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands around every call into one destination, so that whatever it does is a result, or a {@link DestinationException}.
 *
 * <p>A call runs in a daemon thread of the operating system, because drivers block and compute as they like, with the destination's
 * class loader as context class loader. Who waits for one goes on without it when its limit is over; the thread, interrupted, is lost
 * until it returns. Safe for use by many threads.
 */
final class DestinationCalls {
    /** How many threads may be lost to calls that do not return: each takes a stack of up to a megabyte. */
    static final int MOST_LOST = 100;

    private static final Logger LOG = LoggerFactory.getLogger(DestinationCalls.class);
    private static final Diagnosis DIAGNOSIS = new Diagnosis(PluginKind.DESTINATION);

    /** How much longer than it promises a call may take: that it keeps its promise, and how, is the better message. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** How long who closes a session waits for that. */
    private static final Duration CLOSING = Duration.ofSeconds(3);

    private final String title;
    private final String name;
    private final ClassLoader loader;
    private final DefectLog defects = new DefectLog(PluginKind.DESTINATION);
    private final AtomicInteger lost = new AtomicInteger();

    /** Open sessions, and calls that run. */
    private final AtomicInteger underWay = new AtomicInteger();

    DestinationCalls(DeclaredDestination declared) {
        this.title = declared.title();
        this.name = declared.id() + " " + declared.version();
        this.loader = declared.loader();
    }

    /**
     * Prepares a call.
     *
     * @param operation what is called, for messages: {@code write}
     * @param code calls the destination; must not return {@code null}
     * @throws DestinationException if too many calls do not return
     */
    <T> Call<T> prepare(String operation, Callable<T> code) throws DestinationException {
        if (lost.get() >= MOST_LOST) {
            throw passing("%s is suspended, because %d calls of it do not return; restart the host if this lasts."
                    .formatted(title, MOST_LOST));
        }
        return new Call<>(operation, code);
    }

    /** Returns whether a session is open, or a call runs. */
    boolean areUnderWay() {
        return underWay.get() > 0;
    }

    /** Takes note of a session that is being opened, until {@link #sessionClosed}. */
    void sessionOpened() {
        underWay.incrementAndGet();
    }

    void sessionClosed() {
        underWay.decrementAndGet();
    }

    /** Closes a session in another thread, for which nobody waits. */
    Call<Boolean> beginClosing(DestinationSession session) {
        Call<Boolean> closing = new Call<>("close", () -> {
            session.close();
            return true;
        });
        closing.start();
        return closing;
    }

    /** Closes a session, and waits a few seconds for that; never throws. */
    void close(DestinationSession session) {
        if (!beginClosing(session).endsWithin(CLOSING)) {
            LOG.warn(
                    "Closing a session with destination {} takes more than {} seconds; it is not waited for",
                    name,
                    CLOSING.toSeconds());
        }
    }

    DestinationException ended() {
        return passing("The session with %s has ended.".formatted(title));
    }

    private static DestinationException passing(String message) {
        return new DestinationException(Reason.TRANSIENT, message);
    }

    /** One call, which has a thread of its own. */
    final class Call<T> {
        private final String operation;
        private final FutureTask<T> task;
        private final AtomicBoolean settled = new AtomicBoolean();

        private Call(String operation, Callable<T> code) {
            this.operation = operation;
            this.task = new FutureTask<>(() -> sorted(code));
        }

        void start() {
            underWay.incrementAndGet();
            Thread thread =
                    Thread.ofPlatform().daemon().name(name + " " + operation).unstarted(this::run);
            thread.setContextClassLoader(loader);
            thread.start();
        }

        private void run() {
            task.run();
            underWay.decrementAndGet();
            if (!settled.compareAndSet(false, true)) {
                lost.decrementAndGet();
            }
        }

        /**
         * Waits for the result.
         *
         * @param limit what is promised; a second more is granted
         * @throws DestinationException what the destination threw, or that it did not answer
         */
        T result(Duration limit) throws DestinationException, InterruptedException {
            try {
                return task.get(limit.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                giveUp();
                throw passing("%s did not answer within %s seconds.".formatted(title, PluginLoader.seconds(limit)));
            } catch (InterruptedException e) {
                giveUp();
                throw e;
            } catch (CancellationException e) {
                throw ended();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof DestinationException explained ? explained : failed(e.getCause());
            }
        }

        /** Waits for the end, whatever that is; who is interrupted waits no longer, and disturbs nothing. */
        boolean endsWithin(Duration limit) {
            try {
                task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException e) {
                giveUp();
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            } catch (CancellationException | ExecutionException e) {
                return true; // what the destination threw has been logged
            }
        }

        /** Interrupts the call, and lets nobody wait for it any more. */
        void giveUp() {
            if (settled.compareAndSet(false, true)) {
                lost.incrementAndGet();
                task.cancel(true);
            }
        }

        /** Returns whether its result was not waited for, so that it may be running still. */
        boolean isGivenUp() {
            return task.isCancelled();
        }

        /** Runs in the thread of the call, as do the messages of foreign exceptions. */
        private T sorted(Callable<T> code) throws DestinationException {
            T result;
            try {
                result = code.call();
            } catch (Throwable thrown) {
                throw explained(thrown);
            }
            if (result == null) {
                throw passing("%s returned null from %s. %s"
                        .formatted(title, operation, PluginKind.DESTINATION.tellTheAuthor()));
            }
            return result;
        }

        private DestinationException explained(Throwable thrown) {
            return switch (thrown) {
                case DestinationException e
                when e.reason() != null && e.getMessage() != null -> {
                    if (e.getCause() != null) {
                        defects.addCause(name, operation, e.getCause());
                    }
                    yield e;
                }
                case IOException e ->
                    passing("%s could not be reached in %s: %s.".formatted(title, operation, Guard.messageOf(e)));
                case LinkageError e -> {
                    defects.add(name, operation, e);
                    yield passing("%s failed in %s: %s"
                            .formatted(title, operation, DIAGNOSIS.ofLinkage(e).getMessage()));
                }
                default -> {
                    defects.add(name, operation, thrown);
                    yield failed(thrown);
                }
            };
        }

        /** Without the message of what was thrown, which may hold a secret. */
        private DestinationException failed(Throwable thrown) {
            return passing("%s failed in %s with %s; the host's log says where. %s"
                    .formatted(title, operation, thrown.getClass().getName(), PluginKind.DESTINATION.tellTheAuthor()));
        }
    }
}
