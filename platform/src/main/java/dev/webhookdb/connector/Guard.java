package dev.webhookdb.connector;

import dev.webhookdb.connector.ConnectorFailure.Kind;
import dev.webhookdb.spi.ConnectorException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands around every call into one connector for one of its resources, so that whatever it does is a result, or a {@link
 * ConnectorFailure}.
 *
 * <p>A call has the connector's class loader as context class loader. One that exceeds its limit is interrupted and fails even if it
 * then returns. What a call does to others is bounded by {@link Suspension}: a few that do not return suspend calls of the same kind,
 * and of no other. Safe for use by many threads.
 */
final class Guard {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
    private static final Diagnosis DIAGNOSIS = new Diagnosis(PluginKind.CONNECTOR);

    /** How long an interrupted call may take to return before its caller goes on without it. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final String connector;
    private final ClassLoader loader;
    private final Watchdog watchdog;
    private final DefectLog defects;
    private final Suspension suspension;
    private final CallThreads threads;
    private final Map<String, byte[]> entries = new ConcurrentHashMap<>();

    /**
     * Creates a guard.
     *
     * @param connector the connector's name in messages, for example {@code stripe 1.0.0}
     */
    Guard(String connector, ClassLoader loader, Watchdog watchdog) {
        this(
                connector,
                loader,
                watchdog,
                new DefectLog(PluginKind.CONNECTOR),
                new Suspension(connector),
                new CallThreads());
    }

    private Guard(
            String connector,
            ClassLoader loader,
            Watchdog watchdog,
            DefectLog defects,
            Suspension suspension,
            CallThreads threads) {
        this.connector = connector;
        this.loader = loader;
        this.watchdog = watchdog;
        this.defects = defects;
        this.suspension = suspension;
        this.threads = threads;
    }

    /** Returns a guard of the same connector for calls that concern one of its resources. */
    Guard of(String resource) {
        return new Guard(connector, loader, watchdog, defects, suspension.of(resource), threads);
    }

    /** Says that the connector was replaced: calls end by themselves, and leave no thread behind. */
    void retire() {
        threads.retire();
    }

    /**
     * Calls the connector in the caller's thread, which is lost if the call never returns: for what is called thousands of times a
     * second.
     *
     * @param operation what is called, for messages: {@code verify}
     * @param limit how long it may take, kept to about a tenth of a second
     * @param code calls the connector and takes its result apart; the whole of it counts as the connector's code
     * @return what the code returned, never {@code null}
     * @throws ConnectorFailure whatever the code threw
     */
    <T> T call(String operation, Duration limit, Callable<T> code) {
        Suspension.Turn turn = suspension.enter(operation, limit);
        try {
            return watched(operation, limit, code, turn);
        } finally {
            turn.end();
        }
    }

    /** Calls the connector in another thread, without which the caller goes on if the call does not return even when interrupted. */
    <T> T callAside(String operation, Duration limit, Callable<T> code) {
        suspension.requireNone(operation);
        var task = new FutureTask<>(() -> call(operation, limit, code));
        threads.run(task);
        try {
            return task.get(limit.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ConnectorFailure(
                    Kind.HARMFUL,
                    "Connector %s did not return from %s within %d ms, nor when it was interrupted. Report it to the connector's author."
                            .formatted(connector, operation, limit.toMillis()));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ConnectorFailure failure ? failure : sorted(operation, e.getCause());
        } catch (InterruptedException e) {
            task.cancel(true);
            throw stopped(operation);
        }
    }

    private <T> T watched(String operation, Duration limit, Callable<T> code, Suspension.Turn turn) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        var call = watchdog.begin(entry(operation), limit, late -> {
            turn.overdue();
            warn(operation, limit, late);
        });
        T result = null;
        Throwable thrown = null;
        boolean late;
        try {
            thread.setContextClassLoader(loader);
            result = code.call();
        } catch (Throwable e) {
            thrown = e;
        } finally {
            thread.setContextClassLoader(before);
            late = call.end();
        }
        return judge(operation, limit, result, thrown, late);
    }

    private <T> T judge(String operation, Duration limit, T result, Throwable thrown, boolean late) {
        if (late) {
            throw new ConnectorFailure(
                    Kind.DEFECT,
                    "Connector %s took longer than %d ms in %s.".formatted(connector, limit.toMillis(), operation));
        }
        if (thrown != null) {
            throw sorted(operation, thrown);
        }
        if (result == null) {
            throw malformed(operation, "returned null");
        }
        return result;
    }

    private byte[] entry(String operation) {
        return entries.computeIfAbsent(
                operation, name -> CallJournal.entry("%s, in %s%s".formatted(connector, name, suspension.resource())));
    }

    private void warn(String operation, Duration limit, Thread thread) {
        var where = new Exception("where it is");
        where.setStackTrace(thread.getStackTrace());
        LOG.warn(
                "Connector {} has not returned from {} for {} ms; it is interrupted",
                connector,
                operation,
                limit.toMillis(),
                where);
    }

    private ConnectorFailure sorted(String operation, Throwable thrown) {
        return switch (thrown) {
            case ConnectorFailure e -> e;
            case ConnectorException e
            when e.reason() != null && e.getMessage() != null -> explained(e.reason(), e.getMessage());
            case Malformed e -> malformed(operation, e.getMessage());
            case IOException e ->
                new ConnectorFailure(
                        Kind.TRANSIENT,
                        "Connector %s could not reach its provider in %s: %s."
                                .formatted(connector, operation, messageOf(e)));
            case InterruptedException e -> stopped(operation);
            case LinkageError e -> {
                defects.add(connector, operation, e);
                yield new ConnectorFailure(
                        Kind.DEFECT,
                        "Connector %s failed in %s: %s"
                                .formatted(
                                        connector,
                                        operation,
                                        DIAGNOSIS.ofLinkage(e).getMessage()));
            }
            case StackOverflowError e -> failed(Kind.DEFECT, operation, e);
            case VirtualMachineError e -> {
                suspension.suspend(operation);
                yield failed(Kind.HARMFUL, operation, e);
            }
            default -> failed(Kind.DEFECT, operation, thrown);
        };
    }

    /** The thrown message may quote what a provider sent, or a secret: it goes to the log only. */
    private ConnectorFailure failed(Kind kind, String operation, Throwable thrown) {
        defects.add(connector, operation, thrown);
        return new ConnectorFailure(
                kind,
                "Connector %s failed in %s with %s; the host's log says where. Report it to the connector's author."
                        .formatted(connector, operation, thrown.getClass().getName()));
    }

    private ConnectorFailure stopped(String operation) {
        Thread.currentThread().interrupt();
        return new ConnectorFailure(
                Kind.TRANSIENT, "The host stopped connector %s in %s.".formatted(connector, operation));
    }

    private static ConnectorFailure explained(ConnectorException.Reason reason, String message) {
        return switch (reason) {
            case TRANSIENT -> new ConnectorFailure(Kind.TRANSIENT, message);
            case SETTINGS -> new ConnectorFailure(Kind.SETTINGS, message);
            case GONE -> ConnectorFailure.refusal(Kind.SETTINGS, message);
            case UNEXPECTED -> ConnectorFailure.refusal(Kind.DEFECT, message);
        };
    }

    private ConnectorFailure malformed(String operation, String how) {
        return new ConnectorFailure(
                Kind.DEFECT,
                "Connector %s %s from %s. Report it to the connector's author.".formatted(connector, how, operation));
    }

    /** Returns a message, which in a connector's own exception may be anything, even another exception. */
    static String messageOf(IOException e) {
        try {
            return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        } catch (RuntimeException ignored) {
            return e.getClass().getSimpleName();
        }
    }

    /** A result that breaks a promise of the SPI: no {@code null}, and no more than fits. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(String how) {
            super(how, null, false, false);
        }
    }
}
