package dev.webhookdb.connector;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs the stack traces of the defects of one connector or destination, each kind at most once a minute: a defect in verification
 * could otherwise fill a disk within the hour. Safe for use by many threads.
 */
final class DefectLog {
    private static final Logger LOG = LoggerFactory.getLogger(DefectLog.class);
    private static final Duration SILENCE = Duration.ofMinutes(1);

    /** When each kind was logged last, and how many of it were not logged since. */
    private final Map<String, Entry> entries = new HashMap<>();

    private final String noun;

    DefectLog(PluginKind<?> kind) {
        this.noun = kind.title();
    }

    private record Entry(long loggedAt, int unlogged) {}

    /** Logs a defect, unless one with the same exception in the same operation was logged a moment ago. */
    void add(String name, String operation, Throwable defect) {
        due(operation + " " + defect.getClass().getName(), System.nanoTime())
                .ifPresent(unlogged -> log(Level.ERROR, name + " has a defect in", operation, defect, unlogged));
    }

    /** Logs what caused a failure that was explained to those whom it concerns, at most once a minute. */
    void addCause(String name, String operation, Throwable cause) {
        due("explained " + operation + " " + cause.getClass().getName(), System.nanoTime())
                .ifPresent(unlogged -> log(Level.INFO, name + " failed in", operation, cause, unlogged));
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

    private void log(Level level, String what, String operation, Throwable thrown, int unlogged) {
        String more = unlogged == 0 ? "" : " (and %d times more since this was last logged)".formatted(unlogged);
        String head = "%s %s %s%s".formatted(noun, what, operation, more);
        try {
            LOG.atLevel(level).setCause(thrown).log(head);
        } catch (RuntimeException e) {
            LOG.atLevel(level).log("{}: {}, which cannot be printed", head, kindOf(thrown));
        }
    }

    private static String kindOf(Throwable defect) {
        return defect.getClass().getName();
    }
}
