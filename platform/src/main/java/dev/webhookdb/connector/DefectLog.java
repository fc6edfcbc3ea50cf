package dev.webhookdb.connector;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    private record Entry(long loggedAt, int unlogged) {}

    /** Logs a defect, unless one with the same exception in the same operation was logged a moment ago. */
    void add(String connector, String operation, Throwable defect) {
        long now = System.nanoTime();
        String kind = operation + " " + defect.getClass().getName();
        int[] unlogged = {-1};
        entries.compute(kind, (key, last) -> {
            if (last != null && now - last.loggedAt() < SILENCE.toNanos()) {
                return new Entry(last.loggedAt(), last.unlogged() + 1);
            }
            unlogged[0] = last == null ? 0 : last.unlogged();
            return new Entry(now, 0);
        });
        if (unlogged[0] >= 0) {
            log(connector, operation, defect, unlogged[0]);
        }
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
