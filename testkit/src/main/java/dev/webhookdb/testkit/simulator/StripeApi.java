package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Stripe's list API: https://docs.stripe.com/api/pagination.
 *
 * <p>It serves {@code GET /v1/charges} and {@code GET /v1/customers}, newest first, with {@code limit}, {@code starting_after} and
 * {@code created[gt|gte|lt|lte]}, to who presents the key as a bearer token or as the user name of basic authentication.
 */
public final class StripeApi extends SimulatedApi {
    private static final int DEFAULT_LIMIT = 10;
    private static final int MAXIMUM_LIMIT = 100;

    private final StripeSimulator account;
    private final String key;

    private StripeApi(StripeSimulator account, String key, int port) {
        super(port);
        this.account = account;
        this.key = key;
    }

    /** Starts serving the account's objects on a free port. */
    public static StripeApi serving(StripeSimulator account, String key) {
        return serving(account, key, 0);
    }

    /** Starts serving the account's objects on a port; 0 stands for any free one. */
    public static StripeApi serving(StripeSimulator account, String key, int port) {
        StripeApi api = new StripeApi(account, key, port);
        api.start();
        return api;
    }

    /** Answers the next so many requests with 429, as Stripe does above its rate limit. */
    public void refuseNext(int count) {
        faults().next(count, Fault.tooManyRequests());
    }

    @Override
    boolean authorized(Call call) {
        return call.bearer(key) || call.basic(key, "");
    }

    @Override
    Reply answer(Call call) {
        if (!call.method().equals("GET")) {
            return unknown(call);
        }
        return switch (call.path()) {
            case "/v1/charges" -> page(call, account.charges());
            case "/v1/customers" -> page(call, account.customers());
            default -> unknown(call);
        };
    }

    /** The bodies that Stripe's libraries tell errors by: https://docs.stripe.com/api/errors. */
    @Override
    Reply error(int status) {
        return switch (status) {
            case 401 -> error(status, "Invalid API Key provided: rk_test_****", "");
            case 403 -> error(status, "The provided key 'rk_test_****' does not have the required permissions.", "");
            case 429 ->
                error(status, "Request rate limit exceeded.", "rate_limit")
                        .header("Stripe-Rate-Limited-Reason", "global-rate");
            default ->
                Reply.json(
                        status,
                        object("error", object("message", "Sorry, something went wrong.", "type", "api_error")));
        };
    }

    private static Reply unknown(Call call) {
        return error(404, "Unrecognized request URL (" + call.method() + ": " + call.path() + ").", "");
    }

    private static Reply page(Call call, Map<String, StripeObject> objects) {
        Optional<String> after = call.parameter("starting_after");
        if (after.isPresent() && !objects.containsKey(after.get())) {
            return error(400, "No such object: '" + after.get() + "'", "resource_missing");
        }
        try {
            int limit = call.parameter("limit").map(Integer::parseInt).orElse(DEFAULT_LIMIT);
            if (limit < 1 || limit > MAXIMUM_LIMIT) {
                return error(400, "Invalid integer: limit must be between 1 and 100", "parameter_invalid_integer");
            }
            return page(call.path(), selected(call, objects, after), limit);
        } catch (NumberFormatException e) {
            return error(400, "Invalid integer: " + e.getMessage(), "parameter_invalid_integer");
        }
    }

    private static Reply page(String path, List<StripeObject> selected, int limit) {
        List<Map<String, Object>> data =
                selected.stream().limit(limit).map(StripeObject::members).toList();
        return Reply.json(
                200, object("object", "list", "data", data, "has_more", selected.size() > limit, "url", path));
    }

    private static List<StripeObject> selected(Call call, Map<String, StripeObject> objects, Optional<String> after) {
        List<String> newestFirst = List.copyOf(objects.keySet()).reversed();
        Stream<StripeObject> listed = newestFirst.stream()
                .skip(after.map(last -> newestFirst.indexOf(last) + 1).orElse(0))
                .map(objects::get)
                .filter(object -> !object.deleted());
        long from = seconds(call, "created[gte]", Long.MIN_VALUE);
        long above = seconds(call, "created[gt]", Long.MIN_VALUE);
        long below = seconds(call, "created[lt]", Long.MAX_VALUE);
        long to = seconds(call, "created[lte]", Long.MAX_VALUE);
        return listed.filter(object -> object.created() >= from && object.created() > above)
                .filter(object -> object.created() < below && object.created() <= to)
                .toList();
    }

    private static long seconds(Call call, String parameter, long otherwise) {
        return call.parameter(parameter).map(Long::parseLong).orElse(otherwise);
    }

    private static Reply error(int status, String message, String code) {
        Map<String, Object> error = code.isEmpty()
                ? object("message", message, "type", "invalid_request_error")
                : object("code", code, "message", message, "type", "invalid_request_error");
        return Reply.json(status, object("error", error)).header("Stripe-Version", StripeSimulator.API_VERSION);
    }
}
