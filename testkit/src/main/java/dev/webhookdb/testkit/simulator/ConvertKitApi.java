package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;
import static dev.webhookdb.testkit.simulator.JsonText.with;

import dev.webhookdb.testkit.simulator.ConvertKitSimulator.Broadcast;
import dev.webhookdb.testkit.simulator.ConvertKitSimulator.Subscriber;
import dev.webhookdb.testkit.simulator.ConvertKitSimulator.Tag;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Version 3 of ConvertKit's API: https://developers.kit.com/api-reference/v3/subscribers.
 *
 * <p>It serves {@code GET} of {@code /v3/subscribers}, {@code /v3/broadcasts}, {@code /v3/tags} and what is below them, 50 at a time, to
 * who presents the secret as the query parameter {@code api_secret}.
 */
public final class ConvertKitApi extends SimulatedApi {
    private static final int PAGE_SIZE = 50;

    private final ConvertKitSimulator account;
    private final String secret;

    private ConvertKitApi(ConvertKitSimulator account, String secret, int port) {
        super(port);
        this.account = account;
        this.secret = secret;
    }

    /** Starts serving the account on a free port. */
    public static ConvertKitApi serving(ConvertKitSimulator account, String secret) {
        return serving(account, secret, 0);
    }

    /** Starts serving the account on a port; 0 stands for any free one. */
    public static ConvertKitApi serving(ConvertKitSimulator account, String secret, int port) {
        ConvertKitApi api = new ConvertKitApi(account, secret, port);
        api.start();
        return api;
    }

    @Override
    boolean authorized(Call call) {
        return call.parameter("api_secret").filter(secret::equals).isPresent();
    }

    @Override
    Reply answer(Call call) {
        try {
            return switch (call.path().replaceFirst("/[0-9]+", "/ID")) {
                case "/v3/subscribers" -> subscribers(call);
                case "/v3/subscribers/ID" -> subscriber(id(call));
                case "/v3/broadcasts" -> broadcasts(call);
                case "/v3/broadcasts/ID/stats" -> stats(id(call));
                case "/v3/tags" -> tags();
                case "/v3/tags/ID/subscriptions" -> subscriptions(call, id(call));
                default -> error(404);
            };
        } catch (NumberFormatException | DateTimeException e) {
            return Reply.json(422, object("error", "Unprocessable", "message", "A parameter is not what it should be"));
        }
    }

    /** {@code error} and {@code message}: https://developers.convertkit.com/#responses. */
    @Override
    Reply error(int status) {
        return switch (status) {
            case 401 -> error(status, "Authorization Failed", "API Key not valid");
            case 403 -> error(status, "Forbidden", "Your plan does not include this");
            case 404 -> error(status, "Not Found", "The entity you were trying to find doesn't exist");
            case 429 -> error(status, "Too Many Requests", "Rate limit exceeded");
            default -> error(status, "Internal Server Error", "Something went wrong");
        };
    }

    private static Reply error(int status, String error, String message) {
        return Reply.json(status, object("error", error, "message", message));
    }

    /** Those who are subscribed; sorted by when they cancelled, those who have. */
    private Reply subscribers(Call call) {
        boolean cancelled =
                call.parameter("sort_field").filter("cancelled_at"::equals).isPresent();
        Comparator<Subscriber> order = cancelled
                ? Comparator.comparing(one -> one.cancelledAt().orElse(one.updatedAt()))
                : Comparator.comparing(Subscriber::createdAt);
        List<Subscriber> listed = account.subscribers().values().stream()
                .filter(one -> one.active() != cancelled)
                .filter(updatedAfter(call.parameter("updated_from").map(LocalDate::parse)))
                .sorted(order.thenComparingInt(Subscriber::id))
                .toList();
        List<Map<String, Object>> ordered = new ArrayList<>();
        (descending(call) ? listed.reversed() : listed).forEach(one -> ordered.add(one.members()));
        return page(call, ordered, "subscribers", "total_subscribers");
    }

    private static Predicate<Subscriber> updatedAfter(Optional<LocalDate> day) {
        return one -> day.isEmpty()
                || LocalDate.ofInstant(one.updatedAt(), ZoneOffset.UTC).isAfter(day.get());
    }

    private Reply subscriber(int id) {
        return Optional.ofNullable(account.subscribers().get(id))
                .map(one -> Reply.json(200, object("subscriber", one.members())))
                .orElseGet(() -> error(404));
    }

    private Reply broadcasts(Call call) {
        List<Map<String, Object>> listed =
                account.broadcasts().values().stream().map(Broadcast::members).toList();
        List<Map<String, Object>> ordered = descending(call) ? listed.reversed() : listed;
        return Reply.json(200, object("broadcasts", onPage(call, ordered)));
    }

    private Reply stats(int id) {
        return Optional.ofNullable(account.broadcasts().get(id))
                .map(one -> Reply.json(200, object("broadcast", object("id", id, "stats", one.stats()))))
                .orElseGet(() -> error(404));
    }

    private Reply tags() {
        return Reply.json(
                200,
                object(
                        "tags",
                        account.tags().values().stream().map(Tag::members).toList()));
    }

    private Reply subscriptions(Call call, int id) {
        Tag tag = account.tags().get(id);
        if (tag == null) {
            return error(404);
        }
        Map<Integer, Subscriber> subscribers = account.subscribers();
        List<Map<String, Object>> all = tag.subscribers().stream()
                .map(subscriber -> object(
                        "id",
                        1_000_000 + subscriber,
                        "state",
                        "active",
                        "subscribable_id",
                        id,
                        "subscribable_type",
                        "tag",
                        "subscriber",
                        subscribers.get(subscriber).members()))
                .toList();
        return page(call, all, "subscriptions", "total_subscriptions");
    }

    private static Reply page(Call call, List<Map<String, Object>> all, String member, String total) {
        Map<String, Object> counts = object(
                total, all.size(), "page", number(call), "total_pages", (all.size() + PAGE_SIZE - 1) / PAGE_SIZE);
        return Reply.json(200, with(counts, object(member, onPage(call, all))));
    }

    private static List<Map<String, Object>> onPage(Call call, List<Map<String, Object>> all) {
        int from = Math.min((number(call) - 1) * PAGE_SIZE, all.size());
        return all.subList(from, Math.min(from + PAGE_SIZE, all.size()));
    }

    private static int number(Call call) {
        return Math.max(1, call.parameter("page").map(Integer::parseInt).orElse(1));
    }

    private static boolean descending(Call call) {
        return call.parameter("sort_order").filter("desc"::equals).isPresent();
    }

    private static int id(Call call) {
        return Integer.parseInt(call.path().split("/", -1)[3]);
    }
}
