package dev.webhookdb.testkit.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Stripe's list API: https://docs.stripe.com/api/pagination.
 *
 * <p>It serves the account's objects and, for 30 days, its events, newest first, with {@code limit}, {@code starting_after},
 * {@code created[gt|gte|lt|lte]} and {@code types[]}, and single objects by their ids, to who presents the key as a bearer token or as the user name of basic
 * authentication. Whatever version is asked for in {@code Stripe-Version}, objects have the shape of {@link StripeSimulator#API_VERSION};
 * what has not the form of a version is refused: https://docs.stripe.com/api/versioning.
 */
public final class StripeApi extends SimulatedApi {
    private static final int DEFAULT_LIMIT = 10;
    private static final int MAXIMUM_LIMIT = 100;
    private static final Duration EVENTS_KEPT = Duration.ofDays(30);
    private static final Set<String> LISTS = Set.of(
            "balance_transactions",
            "charges",
            "checkout/sessions",
            "coupons",
            "customers",
            "disputes",
            "invoice_payments",
            "invoiceitems",
            "invoices",
            "payment_intents",
            "payouts",
            "prices",
            "products",
            "refunds",
            "subscriptions");
    private static final Pattern TYPES = Pattern.compile("types\\[[0-9]*]");
    private static final Pattern VERSION = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}(\\.[a-z]+)?");
    private static final Pattern METHODS = Pattern.compile("/v1/customers/([^/]+)/payment_methods");

    private final StripeSimulator account;
    private final String key;

    /** One entry of a list: an object or an event. */
    private record Entry(String id, long created, String json) {
        static Entry of(StripeObject object) {
            return new Entry(object.id(), object.created(), object.json());
        }
    }

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
        String version = call.header("Stripe-Version").orElse(StripeSimulator.API_VERSION);
        return VERSION.matcher(version).matches()
                ? answerAtAnyVersion(call).header("Stripe-Version", version)
                : StripeErrors.of(400, "Invalid Stripe API version: " + version, "");
    }

    private Reply answerAtAnyVersion(Call call) {
        Matcher methods = METHODS.matcher(call.path());
        String list = call.path().replaceFirst("^/v1/", "");
        if (!call.method().equals("GET")) {
            return unknown(call);
        }
        if (list.equals("events")) {
            return page(call, events(call));
        }
        if (list.equals("subscription_items")) {
            return items(call);
        }
        if (methods.matches()) {
            return ofCustomer(call, methods.group(1));
        }
        return LISTS.contains(list) ? page(call, objects(list, shown(list, call))) : single(call, list);
    }

    /** One object by its id: https://docs.stripe.com/api/charges/retrieve. Of a deleted one, that it is. */
    private Reply single(Call call, String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0 || !(LISTS.contains(path.substring(0, slash)) || path.startsWith("payment_methods/"))) {
            return unknown(call);
        }
        String id = path.substring(slash + 1);
        StripeObject object = account.objects(path.substring(0, slash)).get(id);
        if (object == null) {
            return StripeErrors.of(404, "No such object: '" + id + "'", "resource_missing");
        }
        return object.deleted()
                ? Reply.json(
                        200,
                        JsonText.object(
                                "id", id, "object", object.text("object").orElseThrow(), "deleted", true))
                : Reply.json(200, object.json());
    }

    /** The bodies that Stripe's libraries tell errors by: https://docs.stripe.com/api/errors. */
    @Override
    Reply error(int status) {
        return StripeErrors.of(status);
    }

    private static Reply unknown(Call call) {
        return StripeErrors.unknown(call);
    }

    /** Unless they are asked for, ended subscriptions are not listed. */
    private static Predicate<StripeObject> shown(String list, Call call) {
        boolean onlyLiving =
                list.equals("subscriptions") && call.parameter("status").isEmpty();
        return object -> !onlyLiving || !object.text("status").orElseThrow().equals("canceled");
    }

    private List<Entry> objects(String list, Predicate<StripeObject> shown) {
        return account.objects(list).values().stream()
                .filter(object -> !object.deleted())
                .filter(shown)
                .map(Entry::of)
                .toList();
    }

    private List<Entry> events(Call call) {
        long oldest = account.now().minus(EVENTS_KEPT).getEpochSecond();
        List<String> types = call.query().entrySet().stream()
                .filter(parameter -> TYPES.matcher(parameter.getKey()).matches())
                .flatMap(parameter -> parameter.getValue().stream())
                .toList();
        return account.events().stream()
                .filter(event -> event.created() >= oldest)
                .filter(event -> types.isEmpty() || types.contains(event.type()))
                .map(event -> new Entry(event.id(), event.created(), event.body()))
                .toList();
    }

    private Reply items(Call call) {
        Optional<StripeObject> subscription = call.parameter("subscription").map(account.objects("subscriptions")::get);
        if (subscription.isEmpty()) {
            return StripeErrors.of(400, "Missing required param: subscription.", "parameter_missing");
        }
        return page(
                call,
                StripeBilling.items(subscription.get().members()).stream()
                        .map(item -> Entry.of(StripeObject.of(item, 0, false)))
                        .toList());
    }

    private Reply ofCustomer(Call call, String customer) {
        boolean exists = Optional.ofNullable(account.customers().get(customer))
                .filter(object -> !object.deleted())
                .isPresent();
        return exists
                ? page(
                        call,
                        objects(
                                "payment_methods",
                                method -> method.text("customer")
                                        .filter(customer::equals)
                                        .isPresent()))
                : StripeErrors.of(404, "No such customer: '" + customer + "'", "resource_missing");
    }

    private static Reply page(Call call, List<Entry> oldestFirst) {
        List<Entry> newestFirst = oldestFirst.reversed();
        Optional<String> after = call.parameter("starting_after");
        List<String> ids = newestFirst.stream().map(Entry::id).toList();
        if (after.isPresent() && !ids.contains(after.get())) {
            return StripeErrors.of(400, "No such object: '" + after.get() + "'", "resource_missing");
        }
        try {
            int limit = call.parameter("limit").map(Integer::parseInt).orElse(DEFAULT_LIMIT);
            if (limit < 1 || limit > MAXIMUM_LIMIT) {
                return StripeErrors.of(
                        400, "Invalid integer: limit must be between 1 and 100", "parameter_invalid_integer");
            }
            Stream<Entry> rest = newestFirst.stream()
                    .skip(after.map(last -> ids.indexOf(last) + 1).orElse(0));
            return page(call.path(), rest.filter(within(call)).toList(), limit);
        } catch (NumberFormatException e) {
            return StripeErrors.of(400, "Invalid integer: " + e.getMessage(), "parameter_invalid_integer");
        }
    }

    private static Reply page(String path, List<Entry> selected, int limit) {
        String data = selected.stream().limit(limit).map(Entry::json).collect(Collectors.joining(","));
        boolean more = selected.size() > limit;
        return Reply.json(
                200, "{\"object\":\"list\",\"data\":[%s],\"has_more\":%s,\"url\":\"%s\"}".formatted(data, more, path));
    }

    private static Predicate<Entry> within(Call call) {
        long from = seconds(call, "created[gte]", Long.MIN_VALUE);
        long above = seconds(call, "created[gt]", Long.MIN_VALUE);
        long below = seconds(call, "created[lt]", Long.MAX_VALUE);
        long to = seconds(call, "created[lte]", Long.MAX_VALUE);
        return entry ->
                entry.created() >= from && entry.created() > above && entry.created() < below && entry.created() <= to;
    }

    private static long seconds(Call call, String parameter, long otherwise) {
        return call.parameter(parameter).map(Long::parseLong).orElse(otherwise);
    }
}
