package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Increase's API: https://increase.com/documentation/api.
 *
 * <p>It serves {@code GET /<types>}, {@code GET /<types>/<id>}, {@code GET /events} and {@code GET /events/<id>}, newest first, with
 * {@code limit}, {@code cursor}, {@code created_at.*}, {@code category.in} and {@code associated_object_id}, to who presents the key
 * as a bearer token. Events are listed for 30 days.
 */
public final class IncreaseApi extends SimulatedApi {
    private static final int MAXIMUM_LIMIT = 100;
    private static final Duration EVENTS_ARE_KEPT = Duration.ofDays(30);

    private final IncreaseSimulator group;
    private final String key;

    private IncreaseApi(IncreaseSimulator group, String key, int port) {
        super(port);
        this.group = group;
        this.key = key;
    }

    /** Starts serving the group's objects on a free port. */
    public static IncreaseApi serving(IncreaseSimulator group, String key) {
        return serving(group, key, 0);
    }

    /** Starts serving the group's objects on a port; 0 stands for any free one. */
    public static IncreaseApi serving(IncreaseSimulator group, String key, int port) {
        IncreaseApi api = new IncreaseApi(group, key, port);
        api.start();
        return api;
    }

    @Override
    boolean authorized(Call call) {
        return call.bearer(key);
    }

    @Override
    Reply answer(Call call) {
        String[] path = call.path().substring(1).split("/", -1);
        Optional<List<Entry>> entries = entries(path[0]);
        if (entries.isEmpty() || path.length > 2 || !call.method().equals("GET")) {
            return error(404, "api_method_not_found_error", "There is no such API method.");
        }
        try {
            return path.length == 1 ? list(call, entries.get()) : one(path[1], entries.get());
        } catch (IllegalArgumentException | DateTimeParseException e) {
            return error(400, "invalid_parameters_error", "A parameter is not what it should be.");
        }
    }

    /** The bodies that Increase's libraries tell errors by: https://increase.com/documentation/errors. */
    @Override
    Reply error(int status) {
        return switch (status) {
            case 401 -> error(status, "invalid_api_key_error", "The API key you provided is not valid.");
            case 403 -> error(status, "insufficient_permissions_error", "Your API key may not do this.");
            case 429 ->
                Reply.json(
                        status,
                        object(
                                "type",
                                "rate_limited_error",
                                "status",
                                status,
                                "title",
                                "There were too many requests.",
                                "detail",
                                null,
                                "retry_after",
                                1));
            default -> error(status, "internal_server_error", "Something went wrong at Increase.");
        };
    }

    private static Reply error(int status, String type, String title) {
        return Reply.json(status, object("type", type, "status", status, "title", title, "detail", null));
    }

    /** What a list holds, the oldest first. */
    private Optional<List<Entry>> entries(String path) {
        if (path.equals("events")) {
            Instant kept = group.now().minus(EVENTS_ARE_KEPT);
            return Optional.of(group.events().stream()
                    .filter(event -> !event.createdAt().isBefore(kept))
                    .map(event -> new Entry(event.id(), event.createdAt(), event.members()))
                    .toList());
        }
        return IncreaseSimulator.TYPES.stream()
                .filter(type -> path.equals(type + "s"))
                .findFirst()
                .map(type -> group.objects(type).values().stream()
                        .map(one -> new Entry(one.id(), one.createdAt(), one.members()))
                        .toList());
    }

    private static Reply one(String id, List<Entry> entries) {
        return entries.stream()
                .filter(entry -> entry.id().equals(id))
                .findFirst()
                .map(entry -> Reply.json(200, entry.members()))
                .orElseGet(() -> error(404, "object_not_found_error", "Could not find the specified object."));
    }

    private static Reply list(Call call, List<Entry> oldestFirst) {
        int limit = call.parameter("limit").map(Integer::parseInt).orElse(MAXIMUM_LIMIT);
        if (limit < 1 || limit > MAXIMUM_LIMIT) {
            return error(400, "invalid_parameters_error", "The limit must be between 1 and 100.");
        }
        boolean ascending =
                call.parameter("order_by.direction").filter("ascending"::equals).isPresent();
        List<Entry> ordered = ascending ? oldestFirst : oldestFirst.reversed();
        Optional<String> after = call.parameter("cursor").map(IncreaseApi::decoded);
        List<Entry> rest = ordered.stream()
                .dropWhile(entry -> after.isPresent() && !entry.id().equals(after.get()))
                .skip(after.isPresent() ? 1 : 0)
                .filter(entry -> wanted(call, entry))
                .toList();
        List<Entry> page = rest.stream().limit(limit).toList();
        String next = rest.size() > limit ? encoded(page.getLast().id()) : null;
        List<Map<String, Object>> data = page.stream().map(Entry::members).toList();
        return Reply.json(200, object("data", data, "next_cursor", next));
    }

    private static boolean wanted(Call call, Entry entry) {
        Optional<Set<String>> categories =
                call.parameter("category.in").map(list -> Set.copyOf(Arrays.asList(list.split(",", -1))));
        boolean ofCategory = categories.isEmpty()
                || categories.get().contains(String.valueOf(entry.members().get("category")));
        boolean ofObject = call.parameter("associated_object_id")
                .map(id -> id.equals(entry.members().get("associated_object_id")))
                .orElse(true);
        Instant created = entry.createdAt();
        return ofCategory
                && ofObject
                && instant(call, "created_at.after").allMatch(created::isAfter)
                && instant(call, "created_at.before").allMatch(created::isBefore)
                && instant(call, "created_at.on_or_after").noneMatch(created::isBefore)
                && instant(call, "created_at.on_or_before").noneMatch(created::isAfter);
    }

    private static Stream<Instant> instant(Call call, String parameter) {
        return call.parameter(parameter).map(Instant::parse).stream();
    }

    private static String encoded(String id) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id.getBytes(UTF_8));
    }

    private static String decoded(String cursor) {
        return new String(Base64.getUrlDecoder().decode(cursor), UTF_8);
    }

    private record Entry(String id, Instant createdAt, Map<String, Object> members) {}
}
