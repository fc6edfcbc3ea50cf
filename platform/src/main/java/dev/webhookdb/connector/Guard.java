package dev.webhookdb.connector;

import dev.webhookdb.connector.ConnectorFailure.Kind;
import dev.webhookdb.spi.ConnectorException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands around every call into one connector, so that whatever it does is a result, or a {@link ConnectorFailure}.
 *
 * <p>A call runs in the caller's thread with the connector's class loader as context class loader. One that exceeds its limit is
 * interrupted and fails even if it then returns. While such a call does not return, the connector is suspended: other calls fail
 * at once, so that a connector in an endless loop takes only the threads it already has. Safe for use by many threads.
 */
final class Guard {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private final String connector;
    private final ClassLoader loader;
    private final Watchdog watchdog;
    private final DefectLog defects = new DefectLog();
    private final AtomicInteger overdue = new AtomicInteger();

    /**
     * Creates a guard.
     *
     * @param connector the connector's name in messages, for example {@code stripe 1.0.0}
     */
    Guard(String connector, ClassLoader loader, Watchdog watchdog) {
        this.connector = connector;
        this.loader = loader;
        this.watchdog = watchdog;
    }

    /**
     * Calls the connector.
     *
     * @param operation what is called, for messages: {@code verify}
     * @param limit how long it may take, kept to about a tenth of a second
     * @param code calls the connector and takes its result apart; the whole of it counts as the connector's code
     * @return what the code returned, never {@code null}
     * @throws ConnectorFailure whatever the code threw, except an out-of-memory error and the like
     */
    <T> T call(String operation, Duration limit, Callable<T> code) {
        if (overdue.get() > 0) {
            throw new ConnectorFailure(
                    Kind.DEFECT,
                    "Connector %s is suspended, because a call of it does not return; restart the host if this lasts."
                            .formatted(connector));
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        var call = watchdog.begin(limit, late -> suspend(operation, limit, late));
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
            if (late) {
                overdue.decrementAndGet();
            }
        }
        return judge(operation, limit, result, thrown, late);
    }

    private <T> T judge(String operation, Duration limit, T result, Throwable thrown, boolean late) {
        if (thrown instanceof VirtualMachineError error && !(thrown instanceof StackOverflowError)) {
            throw error;
        }
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

    private void suspend(String operation, Duration limit, Thread thread) {
        overdue.incrementAndGet();
        var where = new Exception("where it is");
        where.setStackTrace(thread.getStackTrace());
        LOG.warn(
                "Connector {} has not returned from {} for {} ms; it is interrupted, and suspended until it returns",
                connector,
                operation,
                limit.toMillis(),
                where);
    }

    private ConnectorFailure sorted(String operation, Throwable thrown) {
        return switch (thrown) {
            case ConnectorFailure e -> e;
            case ConnectorException e
            when e.reason() != null && e.getMessage() != null -> new ConnectorFailure(kind(e.reason()), e.getMessage());
            case Malformed e -> malformed(operation, e.getMessage());
            case IOException e ->
                new ConnectorFailure(
                        Kind.PASSING,
                        "Connector %s could not reach its provider in %s: %s."
                                .formatted(connector, operation, messageOf(e)));
            case InterruptedException e -> {
                Thread.currentThread().interrupt();
                yield new ConnectorFailure(
                        Kind.PASSING, "The host stopped connector %s in %s.".formatted(connector, operation));
            }
            case LinkageError e -> {
                defects.add(connector, operation, e);
                yield new ConnectorFailure(
                        Kind.DEFECT,
                        "Connector %s failed in %s: %s"
                                .formatted(
                                        connector,
                                        operation,
                                        Diagnosis.ofLinkage(e).getMessage()));
            }
            default -> {
                defects.add(connector, operation, thrown);
                // its message may quote what a provider sent, or a secret: it goes to the log only
                yield new ConnectorFailure(
                        Kind.DEFECT,
                        "Connector %s failed in %s with %s; the host's log says where. Report it to the connector's author."
                                .formatted(
                                        connector, operation, thrown.getClass().getName()));
            }
        };
    }

    private static Kind kind(ConnectorException.Reason reason) {
        return switch (reason) {
            case PASSING -> Kind.PASSING;
            case SETTINGS -> Kind.SETTINGS;
            case UNEXPECTED -> Kind.DEFECT;
        };
    }

    private ConnectorFailure malformed(String operation, String how) {
        return new ConnectorFailure(
                Kind.DEFECT,
                "Connector %s %s from %s. Report it to the connector's author.".formatted(connector, how, operation));
    }

    /** Returns a message, which in a connector's own exception may be anything, even another exception. */
    private static String messageOf(IOException e) {
        try {
            return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        } catch (RuntimeException ignored) {
            return e.getClass().getSimpleName();
        }
    }

    /** A result that breaks the SPI's promise of no {@code null}. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(String how) {
            super(how, null, false, false);
        }
    }
}
