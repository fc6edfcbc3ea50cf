package dev.webhookdb.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * How one split of a listing comes along on this host, to tell one that never ends from one that is long. For use by one thread.
 *
 * <p>A page that is asked for again, because it could not be stored, is no sign of either.
 */
final class Progress {
    /** A provider may have nothing to say about a while, but not about a hundred in a row. */
    static final int MOST_EMPTY_PAGES = 100;

    /** A loop of more pages than these is not found by its cursors; one without resources is found by being empty. */
    private static final int CURSORS_KNOWN = 1_000;

    /** Digests, because a cursor may be long. */
    private final Set<UUID> asked = new LinkedHashSet<>();

    private int empty;

    /** Takes note of a page, and returns why the listing would never end, if it looks like that. */
    Optional<String> turned(Optional<String> cursor, Optional<String> next, boolean isEmpty) {
        boolean first = asked.add(digest(cursor));
        if (asked.size() > CURSORS_KNOWN) {
            asked.remove(asked.iterator().next());
        }
        if (next.isPresent() && asked.contains(digest(next))) {
            return Optional.of("names a page as the next one that it was asked for before");
        }
        if (first) {
            empty = isEmpty ? empty + 1 : 0;
        }
        return next.isPresent() && empty >= MOST_EMPTY_PAGES
                ? Optional.of("names a next page after %d empty ones in a row".formatted(MOST_EMPTY_PAGES))
                : Optional.empty();
    }

    private static UUID digest(Optional<String> cursor) {
        return UUID.nameUUIDFromBytes(cursor.map(text -> "/" + text).orElse("").getBytes(UTF_8));
    }
}
