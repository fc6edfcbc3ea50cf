package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shop's REST Admin API: https://shopify.dev/docs/api/admin-rest.
 *
 * <p>It serves the lists of customers, orders, products and of an order's fulfillments, in the order of their ids or as {@code order}
 * says, with {@code limit}, {@code updated_at_min}, {@code status} and {@code page_info}, to who presents the token in the header
 * {@code X-Shopify-Access-Token} or as the password of basic authentication.
 */
public final class ShopifyApi extends SimulatedApi {
    static final String VERSION = "2026-07";

    private static final Pattern PATH =
            Pattern.compile("/admin/api/(?:20[0-9]{2}-[0-9]{2}|unstable)/(?:orders/([0-9]+)/)?([a-z]+)\\.json");
    private static final Pattern ONE = Pattern.compile(
            "/admin/api/(?:20[0-9]{2}-[0-9]{2}|unstable)/(orders|customers|products)/([0-9]{1,18})\\.json");
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAXIMUM_LIMIT = 250;
    private static final int BUCKET = 40;
    private static final double DRAINED_PER_NANOSECOND = 2e-9;

    private final ShopifySimulator shop;
    private final String token;
    private volatile boolean limited;
    private volatile boolean allOrders = true;
    private double filled;
    private long filledAt = System.nanoTime();

    private ShopifyApi(ShopifySimulator shop, String token, int port) {
        super(port);
        this.shop = shop;
        this.token = token;
    }

    /** Starts serving the shop on a free port. */
    public static ShopifyApi serving(ShopifySimulator shop, String token) {
        return serving(shop, token, 0);
    }

    /** Starts serving the shop on a port; 0 stands for any free one. */
    public static ShopifyApi serving(ShopifySimulator shop, String token, int port) {
        ShopifyApi api = new ShopifyApi(shop, token, port);
        api.start();
        return api;
    }

    /** Obeys Shopify's own limit, too: a bucket of 40 requests that drains at two a second. */
    public ShopifyApi limited() {
        limited = true;
        return this;
    }

    /** Gives the token no permission to read orders that are older than 60 days. */
    public ShopifyApi withoutAllOrders() {
        allOrders = false;
        return this;
    }

    @Override
    boolean authorized(Call call) {
        return call.header("X-Shopify-Access-Token").filter(token::equals).isPresent()
                || call.header("Authorization").filter(this::passwordIn).isPresent();
    }

    @Override
    Reply answer(Call call) {
        int level = level();
        if (level > BUCKET) {
            return error(429).header("Retry-After", "2.0");
        }
        if (call.method().equals("GET") && call.path().equals("/admin/oauth/access_scopes.json")) {
            return scopes();
        }
        Matcher path = PATH.matcher(call.path());
        Matcher one = ONE.matcher(call.path());
        if (call.method().equals("GET") && one.matches()) {
            return single(one.group(1), Long.parseLong(one.group(2)))
                    .header("X-Shopify-Shop-Api-Call-Limit", level + "/" + BUCKET);
        }
        if (!call.method().equals("GET") || !path.matches()) {
            return error(404);
        }
        return list(call, path.group(2), Optional.ofNullable(path.group(1)))
                .header("X-Shopify-Shop-Api-Call-Limit", level + "/" + BUCKET)
                .header("X-Shopify-API-Version", VERSION);
    }

    /** What the token may do: https://shopify.dev/docs/api/admin-rest/2026-07/resources/accessscope. */
    private Reply scopes() {
        List<String> handles = allOrders
                ? List.of("read_customers", "read_orders", "read_all_orders", "read_products")
                : List.of("read_customers", "read_orders", "read_products");
        return Reply.json(
                200,
                object(
                        "access_scopes",
                        handles.stream().map(handle -> object("handle", handle)).toList()));
    }

    @Override
    Reply error(int status) {
        return switch (status) {
            case 401 -> error(status, "[API] Invalid API key or access token (unrecognized login or wrong password)");
            case 403 -> error(status, "[API] This action requires merchant approval for read_orders scope.");
            case 404 -> error(status, "Not Found");
            case 429 ->
                error(
                        status,
                        "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.");
            default -> error(status, "Internal Server Error");
        };
    }

    private static Reply error(int status, String message) {
        return Reply.json(status, object("errors", message));
    }

    private boolean passwordIn(String authorization) {
        if (!authorization.startsWith("Basic ")) {
            return false;
        }
        String pair = new String(Base64.getDecoder().decode(authorization.substring("Basic ".length())), UTF_8);
        return pair.substring(pair.indexOf(':') + 1).equals(token);
    }

    private synchronized int level() {
        if (!limited) {
            return 1;
        }
        long now = System.nanoTime();
        filled = Math.max(0, filled - (now - filledAt) * DRAINED_PER_NANOSECOND);
        filledAt = now;
        if (filled + 1 > BUCKET) {
            return BUCKET + 1;
        }
        filled++;
        return (int) Math.ceil(filled);
    }

    private Reply list(Call call, String kind, Optional<String> order) {
        if (!List.of("customers", "orders", "products", "fulfillments").contains(kind)
                || kind.equals("fulfillments") != order.isPresent()
                || order.filter(this::absent).isPresent()) {
            return error(404);
        }
        Optional<Cursor> cursor;
        int limit;
        try {
            limit = call.parameter("limit").map(Integer::parseInt).orElse(DEFAULT_LIMIT);
            cursor = call.parameter("page_info").map(Cursor::read);
        } catch (IllegalArgumentException e) {
            return error(400, "Invalid value.");
        }
        if (cursor.isPresent() && call.query().size() > (call.query().containsKey("limit") ? 2 : 1)) {
            return error(400, "When page_info is present, only limit and fields may be used.");
        }
        Cursor from = cursor.orElseGet(() -> Cursor.first(call));
        List<ShopifyResource> selected = shop.resources(kind).values().stream()
                .filter(resource -> !resource.deleted())
                .filter(resource -> order.isEmpty()
                        || order.get().equals(String.valueOf(resource.members().get("order_id"))))
                .filter(from::selects)
                .sorted(from.order())
                .toList();
        return page(call, kind, from, selected, Math.clamp(limit, 1, MAXIMUM_LIMIT));
    }

    private Reply single(String kind, long id) {
        return Optional.ofNullable(shop.resources(kind).get(id))
                .filter(resource -> !resource.deleted())
                .map(resource -> Reply.json(200, object(kind.substring(0, kind.length() - 1), resource.members())))
                .orElseGet(() -> error(404));
    }

    private boolean absent(String order) {
        return Optional.ofNullable(shop.resources("orders").get(Long.parseLong(order)))
                .filter(resource -> !resource.deleted())
                .isEmpty();
    }

    private Reply page(Call call, String kind, Cursor from, List<ShopifyResource> selected, int limit) {
        List<ShopifyResource> page = selected.stream().limit(limit).toList();
        Reply reply = Reply.json(
                200, object(kind, page.stream().map(ShopifyResource::members).toList()));
        if (selected.size() <= limit) {
            return reply;
        }
        String next = "https://" + ShopifySimulator.DOMAIN + call.path() + "?limit=" + limit + "&page_info="
                + from.after(page.getLast()).written();
        return reply.header("Link", "<" + next + ">; rel=\"next\"");
    }

    /** Where a page begins, and what is listed: what {@code page_info} holds. */
    private record Cursor(String updatedFrom, boolean open, boolean byUpdate, String afterUpdate, long afterId) {
        static Cursor first(Call call) {
            return new Cursor(
                    call.parameter("updated_at_min").orElse(""),
                    !call.path().endsWith("/orders.json")
                            || call.parameter("status").orElse("open").equals("open"),
                    call.parameter("order").orElse("").startsWith("updated_at"),
                    "",
                    0);
        }

        Cursor after(ShopifyResource last) {
            return new Cursor(updatedFrom, open, byUpdate, last.updated().toString(), last.id());
        }

        boolean selects(ShopifyResource resource) {
            boolean recent = updatedFrom.isEmpty() || !resource.updated().isBefore(Instant.parse(updatedFrom));
            boolean shown = !open
                    || !resource.kind().equals("orders")
                    || resource.members().get("closed_at") == null;
            return recent && shown && isAfter(resource);
        }

        private boolean isAfter(ShopifyResource resource) {
            if (!byUpdate || afterUpdate.isEmpty()) {
                return resource.id() > afterId;
            }
            int order = resource.updated().compareTo(Instant.parse(afterUpdate));
            return order > 0 || (order == 0 && resource.id() > afterId);
        }

        Comparator<ShopifyResource> order() {
            Comparator<ShopifyResource> byId = Comparator.comparingLong(ShopifyResource::id);
            return byUpdate ? Comparator.comparing(ShopifyResource::updated).thenComparing(byId) : byId;
        }

        String written() {
            String text = String.join("|", updatedFrom, "" + open, "" + byUpdate, afterUpdate, "" + afterId);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
        }

        static Cursor read(String pageInfo) {
            String[] parts = new String(Base64.getUrlDecoder().decode(pageInfo), UTF_8).split("\\|", -1);
            if (parts.length != 5) {
                throw new IllegalArgumentException("Not a page_info of ours");
            }
            return new Cursor(
                    parts[0],
                    Boolean.parseBoolean(parts[1]),
                    Boolean.parseBoolean(parts[2]),
                    parts[3],
                    Long.parseLong(parts[4]));
        }
    }
}
