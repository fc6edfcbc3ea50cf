package dev.webhookdb.api;

import dev.webhookdb.event.Event;
import dev.webhookdb.event.Events;
import dev.webhookdb.notify.EventPattern;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A page of events on its way out: their bodies as they are stored, which nobody reads and writes once more. */
final class EventPage {
    private static final byte[] BEGIN = bytes("{\"data\":[");
    private static final byte[] COMMA = bytes(",");

    private EventPage() {}

    /**
     * Which events are wanted.
     *
     * @param patterns of their types; empty for all
     */
    record Wanted(List<EventPattern> patterns) {
        static Wanted of(Optional<String> types) {
            return new Wanted(types.stream()
                    .flatMap(text -> Arrays.stream(text.split(",", 0)))
                    .map(String::strip)
                    .map(text -> EventPattern.parse(text)
                            .orElseThrow(() -> ApiException.invalid(
                                    "types",
                                    "'%s' is no type of events: write for example stripe_charge_v1.updated, user.* or *.created."
                                            .formatted(text))))
                    .toList());
        }

        private boolean includes(Event event) {
            return patterns.isEmpty()
                    || patterns.stream()
                            .anyMatch(pattern -> pattern.matches(
                                    event.type(), event.integration().isPresent()));
        }
    }

    /**
     * Reads what is wanted of the events after a number, and waits for it if there is none.
     *
     * @return what sends it
     */
    static Consumer<ServerResponse> read(
            Events events, long organizationId, long after, int limit, Wanted wanted, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        long next = after;
        while (true) {
            List<Event> page = events.page(organizationId, next, limit);
            List<byte[]> bodies = page.stream()
                    .filter(wanted::includes)
                    .map(event -> bytes(event.body()))
                    .toList();
            next = page.isEmpty() ? next : page.getLast().number();
            if (!bodies.isEmpty()) {
                return sending(parts(bodies, next, events.latest(organizationId) > next));
            }
            Duration left = Duration.ofNanos(end - System.nanoTime());
            boolean more = page.size() == limit
                    || (left.isPositive() && events.await(organizationId, next, left))
                    || events.latest(organizationId) > next;
            if (!left.isPositive() || !more) {
                return sending(parts(bodies, next, more));
            }
        }
    }

    private static List<byte[]> parts(List<byte[]> bodies, long next, boolean more) {
        List<byte[]> parts = new ArrayList<>(2 * bodies.size() + 2);
        parts.add(BEGIN);
        for (byte[] body : bodies) {
            if (parts.size() > 1) {
                parts.add(COMMA);
            }
            parts.add(body);
        }
        parts.add(bytes("],\"next\":\"%d\",\"has_more\":%b}".formatted(next, more)));
        return parts;
    }

    /** Returns what sends JSON in parts. */
    static Consumer<ServerResponse> sending(List<byte[]> parts) {
        long length = parts.stream().mapToLong(part -> part.length).sum();
        charge(length);
        return response -> {
            response.header(HeaderNames.CONTENT_TYPE, "application/json")
                    .header(HeaderNames.CACHE_CONTROL, "no-store")
                    .contentLength(length);
            try (OutputStream out = response.outputStream()) {
                for (byte[] part : parts) {
                    out.write(part);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** Until it is sent, which takes as long as whoever asked takes to receive it. */
    private static void charge(long length) {
        Connection connection = Connection.current();
        if (!connection.hold(
                connection.requests(), Math.min(length, connection.requests().capacity()))) {
            throw new ApiException(
                    503,
                    "busy",
                    "The host is busy with other requests. Try again later, or ask for fewer events at a time.",
                    new JsonObjectBuilder(),
                    Map.of("Retry-After", "1"));
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
