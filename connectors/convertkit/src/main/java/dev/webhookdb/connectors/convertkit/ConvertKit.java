package dev.webhookdb.connectors.convertkit;

import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Setting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What all ConvertKit resources share: the secret in the query, and details that have to be asked for one by one.
 *
 * <p>No resource says when it changed. States are therefore ordered by when they were read or received.
 *
 * @see <a href="https://developers.kit.com/api-reference/v3/subscribers">Kit: API reference, version 3</a>
 */
final class ConvertKit {
    static final Setting API_SECRET = Setting.apiKey(
                    "backfill_secret",
                    "In Kit, click your account at the top right, open Settings > Developer, and under API (version 3) show and copy the API"
                            + " secret, not the API key.")
            .matching(
                    "(?!kit_)[!-~]+",
                    "It must be the API secret of version 3, which has no spaces and does not start with kit_, as keys of version 4 do: in Kit, open Settings > Developer.");
    static final Setting API_URL = Setting.apiUrl("https://api.convertkit.com");

    /** How many resources are detailed at a time: each costs a request, and the cursor is kept after each time. */
    static final int DETAILED_AT_A_TIME = 25;

    private ConvertKit() {}

    static Http.Call get(String path, Context context) {
        return context.http()
                .get(context.settings().text(API_URL) + path)
                .query("api_secret", context.settings().secret(API_SECRET));
    }

    /** Adds a member to some of the resources, from the first one wanted on. */
    static List<Json> detailed(List<Json> resources, int first, String member, Detail detail)
            throws IOException, InterruptedException {
        List<Json> detailed = new ArrayList<>();
        for (Json resource : resources.subList(
                Math.min(first, resources.size()), Math.min(first + DETAILED_AT_A_TIME, resources.size()))) {
            detailed.add(with(resource, member, detail.of(id(resource))));
        }
        return detailed;
    }

    /** Reads a number that an earlier page left in its cursor. */
    static int number(String cursor) {
        return Integer.parseInt(cursor);
    }

    /** What is asked for about one resource. */
    @FunctionalInterface
    interface Detail {
        Json of(String id) throws IOException, InterruptedException;
    }

    private static String id(Json resource) {
        return resource.number("id")
                .map(id -> id.toBigInteger().toString())
                .orElseThrow(() -> new ConnectorException(
                        Reason.UNEXPECTED, "ConvertKit listed something that has no number as id."));
    }

    private static Json with(Json resource, String member, Json value) {
        if (!(resource instanceof Json.Obj(Map<String, Json> fields))) {
            return resource;
        }
        Map<String, Json> more = new LinkedHashMap<>(fields);
        more.put(member, value);
        return new Json.Obj(more);
    }
}
