package dev.webhookdb.connector;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the stack traces of one connector's defects, each kind at most once a minute: a defect in verification could otherwise fill
 * a disk within the hour. Safe for use by many threads.
 */
final class DefectLog {
    private static final Logger LOG = LoggerFactory.getLogger(DefectLog.class);
    private static final Duration SILENCE = Duration.ofMinutes(1);

    /** When each kind was logged last, and how many of it were not logged since. */
    private final Map<String, Entry> entries = new HashMap<>();

    private record Entry(long loggedAt, int unlogged) {}

    /** Logs a defect, unless one with the same exception in the same operation was logged a moment ago. */
    void add(String connector, String operation, Throwable defect) {
        due(operation + " " + defect.getClass().getName(), System.nanoTime())
                .ifPresent(unlogged -> log(connector, operation, defect, unlogged));
    }

    /** Returns how many of a kind went unlogged before this one, if this one is to be logged. */
    synchronized OptionalInt due(String kind, long now) {
        Entry last = entries.get(kind);
        if (last != null && now - last.loggedAt() < SILENCE.toNanos()) {
            entries.put(kind, new Entry(last.loggedAt(), last.unlogged() + 1));
            return OptionalInt.empty();
        }
        entries.put(kind, new Entry(now, 0));
        return OptionalInt.of(last == null ? 0 : last.unlogged());
    }

    private static void log(String connector, String operation, Throwable defect, int unlogged) {
        String more = unlogged == 0 ? "" : " (and %d times more since this was last logged)".formatted(unlogged);
        try {
            LOG.error("Connector {} has a defect in {}{}", connector, operation, more, defect);
        } catch (RuntimeException e) {
            LOG.error(
                    "Connector {} has a defect in {}{}: {}, which cannot be printed",
                    connector,
                    operation,
                    more,
                    kindOf(defect));
        }
    }

    private static String kindOf(Throwable defect) {
        return defect.getClass().getName();
    }
}
