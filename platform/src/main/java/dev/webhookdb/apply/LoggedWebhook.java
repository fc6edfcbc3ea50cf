package dev.webhookdb.apply;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A webhook in the log, and what became of it.
 *
 * @param opaqueId the endpoint it came to
 * @param tables what it is about, as far as that is known; else all that the endpoint feeds
 * @param reason why it is in that state, where there is something to say
 * @param attempts how often it was tried to store it, as far as that is known
 */
public record LoggedWebhook(
        Position position,
        String opaqueId,
        List<String> tables,
        String method,
        State state,
        Optional<String> reason,
        int attempts) {
    /** Copies the tables. */
    public LoggedWebhook {
        tables = List.copyOf(tables);
    }

    /**
     * Where a webhook is in the log, which is in the order of arrival. People see it as an id: the microsecond of its arrival and the
     * number of the webhook.
     */
    public record Position(Instant receivedAt, long id) {
        private static final long MICROS = 1_000_000;

        /** Returns the id that people see. */
        public String text() {
            long micros = receivedAt.getEpochSecond() * MICROS + receivedAt.getNano() / 1_000;
            return micros + "-" + id;
        }

        /** Reads an id; empty if it is none. */
        public static Optional<Position> of(String text) {
            if (!text.matches("[0-9]{1,18}-[0-9]{1,18}")) {
                return Optional.empty();
            }
            long micros = Long.parseLong(text, 0, text.indexOf('-'), 10);
            Instant receivedAt = Instant.ofEpochSecond(micros / MICROS, micros % MICROS * 1_000);
            return Optional.of(new Position(receivedAt, Long.parseLong(text.substring(text.indexOf('-') + 1))));
        }
    }

    /** What every webhook is that was not rejected, whatever became of it since. */
    public static final String ACCEPTED = "accepted";

    /** What became of a webhook. */
    public enum State {
        /** Not genuine: logged, and nothing else. */
        REJECTED,
        /** Accepted and waiting to be stored, perhaps not for the first time. */
        PENDING,
        /** Its rows are stored. */
        DONE,
        /** It said nothing about the tables it could fill. */
        IGNORED,
        /** It could not be stored; it can be replayed. */
        FAILED;

        /** Returns the name people see and write. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Finds a state by the name people write. */
        public static Optional<State> of(String text) {
            return List.of(values()).stream()
                    .filter(state -> state.text().equals(text))
                    .findFirst();
        }

        /** Finds what people choose by: the name of one state, or {@code accepted} for all but the rejected ones. */
        public static Optional<Set<State>> chosen(String text) {
            return text.equals(ACCEPTED)
                    ? Optional.of(EnumSet.complementOf(EnumSet.of(REJECTED)))
                    : of(text).map(EnumSet::of);
        }
    }
}
