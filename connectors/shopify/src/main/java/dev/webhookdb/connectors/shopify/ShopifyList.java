package dev.webhookdb.connectors.shopify;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Reach;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A list endpoint, whose pages are linked.
 *
 * <p>Of a link only its {@code page_info} is kept: a cursor that held the whole address could send credentials elsewhere. It names
 * the filters as well, which must not be repeated with it.
 *
 * @see <a href="https://shopify.dev/docs/api/admin-rest/usage/pagination">Shopify: pagination</a>
 */
final class ShopifyList {
    /** A change is listed when it has happened, by the shop's clock; this is for clocks that differ. */
    private static final Duration OVERLAP = Duration.ofMinutes(10);

    private static final Pattern NEXT = Pattern.compile("<[^>]*[?&]page_info=([^&>]+)[^>]*>\\s*;\\s*rel=\"?next\"?");

    private final String name;
    private final Map<String, String> filters;

    private ShopifyList(String name, Map<String, String> filters) {
        this.name = name;
        this.filters = filters;
    }

    /** The list of a kind of resource, for example {@code orders}, and what selects all of them. */
    static Backfill of(String name, Map<String, String> filters, Reach reach) {
        ShopifyList list = new ShopifyList(name, filters);
        return Backfill.of((cursor, context) -> list.page("/" + name + ".json", cursor, context, list.first(context)))
                .reaching(reach)
                .incremental(OVERLAP);
    }

    /** The list of a kind of resource that belongs to each order. An order that was deleted has none. */
    static Backfill ofEachOrder(String name) {
        ShopifyList list = new ShopifyList(name, Map.of());
        return Backfill.of((cursor, context) -> {
                    String order = context.parent()
                            .flatMap(ShopifyTopics::id)
                            .orElseThrow(() -> new ConnectorException(
                                    Reason.UNEXPECTED, "An order's row has no number as its id."));
                    return list.page("/orders/" + order + "/" + name + ".json", cursor, context, Map.of());
                })
                .reaching(Shopify.ORDERS)
                .forEach("shopify_order_v1");
    }

    private Map<String, String> first(Context context) {
        if (context.since().isEmpty()) {
            return filters;
        }
        Map<String, String> recent = new LinkedHashMap<>(filters);
        recent.put(
                "updated_at_min",
                context.since().get().truncatedTo(ChronoUnit.SECONDS).toString());
        return recent;
    }

    private Page page(String path, Optional<String> cursor, Context context, Map<String, String> first)
            throws IOException, InterruptedException {
        Http.Call call = Shopify.get(context.http(), context.settings(), path).query("limit", "250");
        if (context.parent().isPresent()) {
            call.accept(404);
        }
        cursor.ifPresentOrElse(pageInfo -> call.query("page_info", pageInfo), () -> first.forEach(call::query));
        Http.Answer answer = call.send();
        if (answer.status() == 404) {
            return Page.of(List.of(), Optional.empty());
        }
        Optional<String> next = answer.header("Link")
                .map(NEXT::matcher)
                .filter(Matcher::find)
                .map(link -> URLDecoder.decode(link.group(1), StandardCharsets.UTF_8));
        return Page.of(answer.json().requiredItems(name), next);
    }
}
