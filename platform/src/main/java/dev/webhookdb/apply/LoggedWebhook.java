package dev.webhookdb.apply;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A webhook in the log, and what became of it.
 *
 * @param opaqueId the endpoint it came to
 * @param reason why it is in that state, where there is something to say
 * @param attempts how often it was tried to store it, as far as that is known
 */
public record LoggedWebhook(
        long id,
        Instant receivedAt,
        String opaqueId,
        String method,
        State state,
        Optional<String> reason,
        int attempts) {
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
    }
}
