package dev.webhookdb.connectors.stripe;

import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Objects as wholes. Stripe cuts the lists within an object, such as an invoice's lines, after ten entries, and says where the rest is.
 *
 * @see <a href="https://docs.stripe.com/api/pagination">Stripe: pagination</a>
 */
final class StripeObject {
    /** Of a list within an object: its path, and what selects it. */
    private static final Pattern URL = Pattern.compile("(/v1/[A-Za-z0-9_/-]+)(?:\\?(.*))?");

    /** 10,000 entries; an invoice has far fewer. */
    private static final int MOST_PAGES = 100;

    private StripeObject() {}

    /** Fetches an object with everything in it. Of some that were deleted, Stripe still answers that. */
    static Json fetch(String path, String id, Optional<String> account, Context context)
            throws IOException, InterruptedException {
        Json object = Stripe.get(context, path + "/" + Http.segment(id), account)
                .send()
                .json();
        if (object.isTrue("deleted")) {
            throw new ConnectorException(Reason.GONE, "Stripe says that %s is deleted.".formatted(id));
        }
        return whole(object, account, context);
    }

    /** Returns whether a list within the object is cut off. */
    static boolean isCut(Json object) {
        return object instanceof Json.Obj(Map<String, Json> fields)
                && fields.values().stream().anyMatch(StripeObject::isCutList);
    }

    private static boolean isCutList(Json value) {
        return value.isTrue("has_more") && value.at("data") instanceof Json.Arr;
    }

    /** A list says where it is; one that does not is where Stripe's reference has it. */
    private static String url(Json object, String field) {
        String type = object.text("object").orElse("");
        String id = object.text("id").orElse("");
        String usual = type.equals("subscription") && field.equals("items")
                ? "/v1/subscription_items?subscription=" + id
                : "/v1/%ss/%s/%s".formatted(type.replace('.', '/'), Http.segment(id), field);
        return object.at(field)
                .text("url")
                .filter(url -> URL.matcher(url).matches())
                .orElse(usual);
    }

    /** Returns an account's object with what was cut off its lists, and with whose it is. */
    static Json whole(Json object, Optional<String> account, Context context) throws IOException, InterruptedException {
        return StripeAccount.mark(uncut(object, account, context), account);
    }

    private static Json uncut(Json object, Optional<String> account, Context context)
            throws IOException, InterruptedException {
        if (!isCut(object) || !(object instanceof Json.Obj(Map<String, Json> fields))) {
            return object;
        }
        Map<String, Json> whole = new LinkedHashMap<>(fields);
        for (Map.Entry<String, Json> field : fields.entrySet()) {
            if (isCutList(field.getValue()) && field.getValue() instanceof Json.Obj(Map<String, Json> list)) {
                Map<String, Json> all = new LinkedHashMap<>(list);
                List<Json> known = field.getValue().items("data");
                all.put("data", entries(url(object, field.getKey()), known, account, context));
                all.put("has_more", new Json.Bool(false));
                whole.put(field.getKey(), new Json.Obj(all));
            }
        }
        return new Json.Obj(whole);
    }

    /** Fetches a list that is within an object, from its beginning. */
    static Json list(Json object, String field, Optional<String> account, Context context)
            throws IOException, InterruptedException {
        List<Json> marked = new ArrayList<>();
        for (Json entry :
                entries(url(object, field), List.of(), account, context).items()) {
            marked.add(StripeAccount.mark(entry, account));
        }
        return new Json.Arr(marked);
    }

    private static Json entries(String url, List<Json> known, Optional<String> account, Context context)
            throws IOException, InterruptedException {
        List<Json> entries = new ArrayList<>(known);
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            Http.Call call = page(url, account, context);
            last(entries).ifPresent(last -> call.query("starting_after", last));
            Json page = call.send().json();
            List<Json> more = page.requiredItems("data");
            entries.addAll(more);
            if (!page.isTrue("has_more") || more.isEmpty()) {
                return new Json.Arr(entries);
            }
        }
        throw new ConnectorException(
                Reason.UNEXPECTED, "The list %s within an object of Stripe's does not end.".formatted(url));
    }

    private static Optional<String> last(List<Json> entries) {
        return entries.isEmpty() ? Optional.empty() : entries.getLast().text("id");
    }

    private static Http.Call page(String url, Optional<String> account, Context context) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            throw new ConnectorException(Reason.UNEXPECTED, "'%s' is no list of Stripe's.".formatted(url));
        }
        Http.Call call = Stripe.page(context, parts.group(1), account);
        for (String parameter : Optional.ofNullable(parts.group(2)).orElse("").split("&", -1)) {
            String[] pair = parameter.split("=", 2);
            if (pair.length == 2 && !pair[0].equals("limit")) {
                call.query(decoded(pair[0]), decoded(pair[1]));
            }
        }
        return call;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
