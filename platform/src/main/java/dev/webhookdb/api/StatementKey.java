package dev.webhookdb.api;

import dev.webhookdb.reader.Mark;
import java.util.Optional;

/** The parameter {@code key} of a request that runs a statement: chosen at random by who sends it, to cancel the statement with. */
final class StatementKey {
    private static final String NAME = "key";
    private static final int SHORTEST = 16;
    private static final int LONGEST = 100;

    private StatementKey() {}

    /** Returns what the statement of a request is marked with; nothing where it cannot be cancelled. */
    static Optional<Mark> of(Call call) {
        return call.parameters().text(NAME).map(key -> mark(call, key));
    }

    /** Returns the mark of the statement that a request is about. */
    static Mark required(Call call) {
        return mark(call, call.parameters().required(NAME, "The key of the statement:"));
    }

    private static Mark mark(Call call, String key) {
        if (key.length() < SHORTEST || key.length() > LONGEST) {
            throw ApiException.invalid(
                    NAME,
                    "The key of a statement has from %d to %d characters: choose them at random for each statement."
                            .formatted(SHORTEST, LONGEST));
        }
        return Mark.of(call.author(), key);
    }
}
