package dev.webhookdb.connectors.stripe;

import dev.webhookdb.spi.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a page of a list ended. Stripe goes on behind an object only while that exists, so a cursor knows the objects before it as well, and
 * when the last one was created.
 *
 * @param ids of the page's last objects, the very last first
 */
record StripeCursor(List<String> ids, Optional<Instant> created) {
    private static final int KNOWN = 3;

    /** Ids that their owners choose have no white space. */
    private static final String BETWEEN = "\t";

    private static final String CREATED = "@";

    /** Keeps a copy of the list. */
    StripeCursor {
        ids = List.copyOf(ids);
    }

    /** Returns the end of a page; nothing if there are no objects on it. */
    static Optional<StripeCursor> endOf(List<Json> objects) {
        List<String> ids = objects.reversed().stream()
                .limit(KNOWN)
                .flatMap(object -> object.text("id").stream())
                .toList();
        return ids.isEmpty()
                ? Optional.empty()
                : Optional.of(new StripeCursor(ids, StripeList.creation(objects.getLast())));
    }

    static StripeCursor parse(String text) {
        List<String> ids = new ArrayList<>();
        Optional<Instant> created = Optional.empty();
        for (String part : text.split(BETWEEN, -1)) {
            if (part.startsWith(CREATED)) {
                created = Optional.of(Instant.ofEpochSecond(Long.parseLong(part.substring(CREATED.length()))));
            } else {
                ids.add(part);
            }
        }
        return new StripeCursor(ids, created);
    }

    String text() {
        List<String> parts = new ArrayList<>(ids);
        created.ifPresent(instant -> parts.add(CREATED + instant.getEpochSecond()));
        return String.join(BETWEEN, parts);
    }
}
